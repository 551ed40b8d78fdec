"""From a document to the entries it makes on our accounts."""

import re
from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from domain.bank_statement import EntryDirection, StatementEntry
from gateways.bank_file import words
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.sections import Section
from gateways.bank_file.values import amount, day, limited

# Whose account is ours, who is the other one, and what must be filled in for money to have moved.
_SIDES: Final = (
    (EntryDirection.OUT, words.PAYER, words.RECIPIENT, words.DEBITED_ON),
    (EntryDirection.IN, words.RECIPIENT, words.PAYER, words.CREDITED_ON),
)
_INN: Final = re.compile(r"(?!0+\Z)[0-9]{5,12}")  # five digits: a foreign organisation's code
# The full name often begins with numbers: «ИНН 7701234567/770101001 ООО «Ромашка»».
_NAME: Final = re.compile(r"(?:ИНН\s*([0-9]{5,12})(?:\s*[/\\]\s*[0-9A-Z]{9})?\s+)?(.*)")


class _Party(NamedTuple):
    """One side of a document."""

    name: str
    inn: str | None
    account: str | None
    bic: str | None


def entries_of(
    document: Section, accounts: Collection[str], limits: StatementLimits
) -> Iterator[StatementEntry]:
    """None, one, or two for a transfer between two of the accounts; the debit comes first.

    A document's sum and days must be readable even if it makes no entry.
    """
    kopecks = amount(document, words.AMOUNT)
    posted_on = {key: day(document, key) for _, _, _, key in _SIDES}
    for direction, own, other, posted_key in _SIDES:
        account, posted = _own_account(document, own, accounts), posted_on[posted_key]
        if posted is None or account is None:
            continue
        party = _party(document, other, limits)
        yield StatementEntry(
            account=account,
            direction=direction,
            day=posted,
            number=_reference(document, words.NUMBER, limits) or "",
            amount_kopecks=kopecks,
            counterparty_name=party.name,
            counterparty_inn=party.inn,
            counterparty_account=party.account,
            counterparty_bic=party.bic,
            purpose=_purpose(document, limits),
            line=document.line,
        )


def _accounts(document: Section, party: str) -> Iterator[str]:
    """The account proper, and the one that the bank settles through: some banks give only that."""
    for ending in (words.PARTY_ACCOUNT, words.PARTY_SETTLEMENT_ACCOUNT):
        if account := document.text(party + ending):
            yield account


def _own_account(document: Section, party: str, accounts: Collection[str]) -> str | None:
    return next((one for one in _accounts(document, party) if one in accounts), None)


def _party(document: Section, party: str, limits: StatementLimits) -> _Party:
    """The other side, its number taken out of its name where it stands nowhere else."""
    written = document.text(party + words.PARTY_NAME) or document.text(party)
    match = _NAME.fullmatch(written)
    inn_in_name, name = (match[1], match[2]) if match else (None, "")
    inn = document.text(party + words.PARTY_INN) or inn_in_name or ""
    account = next(_accounts(document, party), "")
    account_key = party + words.PARTY_ACCOUNT
    return _Party(
        name=limited(document, party, name, limits.name_length),
        inn=inn if _INN.fullmatch(inn) else None,
        account=limited(document, account_key, account, limits.reference_length) or None,
        bic=_reference(document, party + words.PARTY_BIC, limits),
    )


def _purpose(document: Section, limits: StatementLimits) -> str:
    """The purpose, or the six lines of an old form joined."""
    purpose = document.text(words.PURPOSE)
    if not purpose:
        purpose = " ".join(filter(None, map(document.text, words.PURPOSE_PARTS)))
    return limited(document, words.PURPOSE, purpose, limits.purpose_length)


def _reference(document: Section, key: str, limits: StatementLimits) -> str | None:
    text = document.text(key)
    return limited(document, key, text, limits.reference_length) or None
