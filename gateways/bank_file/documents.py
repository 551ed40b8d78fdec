"""From a document to the entries it makes on our accounts."""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from domain.bank_statement import EntryDirection, StatementEntry
from gateways.bank_file import words
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.sections import Section
from gateways.bank_file.values import amount, day, limited

_INN: Final = re.compile(r"(?!0+\Z)[0-9]{5,12}")  # five digits: a foreign organisation's code
# The full name often begins with numbers: «ИНН 7701234567/770101001 ООО «Ромашка»».
_NUMBERED: Final = "ИНН"
_NAME: Final = re.compile(
    rf"(?:{_NUMBERED}\s*([0-9]{{5,12}})(?:\s*[/\\]\s*[0-9A-Z]{{9}})?\s+)?(.*)"
)


class _PartyKeys(NamedTuple):
    """How the keys of one side of a document are spelled."""

    whole_name: str
    name: str
    inn: str
    account: str
    settlement_account: str
    bic: str


class _Party(NamedTuple):
    """One side of a document."""

    name: str
    inn: str | None
    account: str | None
    bic: str | None


_PAYER, _RECIPIENT = (
    _PartyKeys(
        party,
        party + words.PARTY_NAME,
        party + words.PARTY_INN,
        party + words.PARTY_ACCOUNT,
        party + words.PARTY_SETTLEMENT_ACCOUNT,
        party + words.PARTY_BIC,
    )
    for party in words.PARTIES
)
# Whose account is ours, who is the other one, and what must be filled in for money to have moved.
_SIDES: Final = (
    (EntryDirection.OUT, _PAYER, _RECIPIENT, words.DEBITED_ON),
    (EntryDirection.IN, _RECIPIENT, _PAYER, words.CREDITED_ON),
)


def entries_of(
    document: Section, accounts: Collection[str], limits: StatementLimits
) -> list[StatementEntry]:
    """None, one, or two for a transfer between two of the accounts; the debit comes first.

    A document's sum and days must be readable even if it makes no entry.
    """
    kopecks = amount(document, words.AMOUNT)
    posted_on = [day(document, posted_key) for _, _, _, posted_key in _SIDES]
    entries = []
    for (direction, own, other, _), posted in zip(_SIDES, posted_on, strict=True):
        account = _own_account(document, own, accounts) if posted else None
        if posted is None or account is None:
            continue
        party = _party(document, other, limits)
        entries.append(
            StatementEntry(
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
        )
    return entries


def _own_account(document: Section, party: _PartyKeys, accounts: Collection[str]) -> str | None:
    """The account proper, or the one that the bank settles through: some banks give only that."""
    for key in (party.account, party.settlement_account):
        if (account := document.text(key)) in accounts:
            return account
    return None


def _party(document: Section, party: _PartyKeys, limits: StatementLimits) -> _Party:
    """The other side, its number taken out of its name where it stands nowhere else."""
    name, inn = document.text(party.name) or document.text(party.whole_name), ""
    if name.startswith(_NUMBERED) and (match := _NAME.fullmatch(name)):
        inn, name = match.groups("")
    inn = document.text(party.inn) or inn
    account = document.text(party.account) or document.text(party.settlement_account)
    return _Party(
        name=limited(document, party.whole_name, name, limits.name_length),
        inn=inn if _INN.fullmatch(inn) else None,
        account=limited(document, party.account, account, limits.reference_length) or None,
        bic=_reference(document, party.bic, limits),
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
