"""Accounts of the ledger in words."""

from texts.catalogue import Language, translate


def account_title(account: str, language: Language) -> str:
    """An account as accountants read it: `cash/bank`, `expense/carriage`, `promised/<case>`."""
    kind, _, name = account.partition("/")
    key = account.replace("/", ".") if kind in ("cash", "expense") else kind
    return translate(f"ledger.account.{key}", language, name=name)
