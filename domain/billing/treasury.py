"""Accounts of state institutions, which the Federal Treasury keeps.

A payment order to one has the treasury account (03…, currency 643) as the recipient's account, the
single treasury account (40102…) as the correspondent account, the BIC of the treasury's body (00…
or 01…), the KPP, and as the recipient's name «УФК по … (the institution, л/с …)».
"""

import re
from typing import Final

TREASURY_CURRENCY: Final = "643"
SINGLE_ACCOUNT: Final = "40102"

_BEGINNING: Final = "03"
_DIGITS: Final = re.compile(r"[0-9]{20}")
_BIC_BEGINNINGS: Final = ("00", "01")
_NAME: Final = re.compile(r"(?P<treasury>[^()]*\w[^()]*)\((?P<inside>.+)\)")
_PERSONAL_ACCOUNT: Final = re.compile(
    r"(?:л\s*/\s*[сc]ч?|лс|лицевой\s+сч[её]т)\.?\s*(?:№\s*)?[0-9][0-9A-ZА-Я]{10,19}\b",
    re.IGNORECASE,
)


def is_treasury_account(account: str) -> bool:
    """Whether the treasury keeps an account, by its first digits."""
    return account.startswith(_BEGINNING)


def check_treasury_account(account: str, bic: str) -> str | None:
    """None when valid, otherwise the code of the first check that fails.

    The account itself has no key; the single treasury account has one.
    """
    if not _DIGITS.fullmatch(account):
        return "account_format"
    if account[5:8] != TREASURY_CURRENCY:
        return "account_currency"
    return None if bic.startswith(_BIC_BEGINNINGS) else "treasury_bic"


def institution_in(name: str) -> str | None:
    """The institution named in «УФК по … (institution, л/с …)»; None for any other name."""
    found = _NAME.fullmatch(name.strip())
    if found is None or _PERSONAL_ACCOUNT.search(found["inside"]) is None:
        return None
    return _PERSONAL_ACCOUNT.sub(" ", found["inside"]).strip(" ,;") or None
