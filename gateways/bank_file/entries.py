"""Converts a document of the file to the entries it makes on our accounts."""

import re
from collections.abc import Collection
from datetime import date
from enum import Enum
from typing import Final, NamedTuple

from domain.banking.bank_statement import EntryDirection, StatementEntry
from gateways.bank_file import keywords
from gateways.bank_file.document import Document, Party
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.values import amount, day, limited

IN, OUT = EntryDirection.IN, EntryDirection.OUT
"""A member of an enumeration is looked up slowly, and a file has a million documents."""
_INN: Final = re.compile(r"(?!0+\Z)[0-9]{5,12}")  # five digits: a foreign organisation's code
# The full name often begins with numbers: «ИНН 7701234567/770101001 ООО «Ромашка»».
_NUMBERED: Final = "ИНН"
_NAME: Final = re.compile(
    rf"(?:{_NUMBERED}\s*([0-9]{{5,12}})(?:\s*[/\\]\s*[0-9A-Z]{{9}})?\s+)?(.*)"
)


class _PartyKeys(NamedTuple):
    """The keys of one side of a document that a refusal names."""

    whole_name: str
    account: str
    bic: str


_PAYER, _RECIPIENT = (
    _PartyKeys(party, party + keywords.PARTY_ACCOUNT, party + keywords.PARTY_BIC)
    for party in keywords.PARTIES
)


class Doubt(Enum):
    """Why only the bank's totals show whether one side of a document has moved money.

    `OTHER_DAY`: the day of this side is missing, only that of a side which is not ours is filled
    in; the document may also be still unposted. `OWN_TRANSFER`: a transfer between two of our
    accounts has one day. `ONE_ACCOUNT`: payer and recipient are the same account.
    """

    OTHER_DAY = "other_day"
    OWN_TRANSFER = "own_transfer"
    ONE_ACCOUNT = "one_account"


class Side(NamedTuple):
    """One side of a document on an account of ours: a debit or a credit.

    `day` is None where neither day is filled in; `own_day` is the key of this side's day. Without a
    `doubt`, and with a day, it has moved money.
    """

    direction: EntryDirection
    account: str
    day: date | None
    own_day: str
    doubt: Doubt | None


def sides_of(document: Document, accounts: Collection[str]) -> list[Side]:
    """None, one, or two for a transfer between two of the accounts; the debit comes first."""
    line, debited, credited = document.line, keywords.DEBITED_ON, keywords.CREDITED_ON
    debited_on = day(line, debited, document.debited_on)
    credited_on = day(line, credited, document.credited_on)
    payer = _own(document.payer_account, document.payer_settlement_account, accounts)
    recipient = _own(document.recipient_account, document.recipient_settlement_account, accounts)
    sides = []
    if payer is not None:
        doubt = _doubt(payer, recipient, debited_on)
        sides.append(Side(OUT, payer, debited_on or credited_on, debited, doubt))
    if recipient is not None:
        doubt = _doubt(recipient, payer, credited_on)
        sides.append(Side(IN, recipient, credited_on or debited_on, credited, doubt))
    return sides


def entry_of(
    document: Document, side: Side, posted: date, kopecks: int, limits: StatementLimits
) -> StatementEntry:
    """The entry that one side of a document makes on its account."""
    is_debit = side.direction is OUT
    keys, party = (_RECIPIENT, document.recipient) if is_debit else (_PAYER, document.payer)
    name, inn, account, bic = _counterparty(document.line, keys, party, limits)
    return StatementEntry(
        account=side.account,
        direction=side.direction,
        day=posted,
        number=number_of(document, limits),
        amount_kopecks=kopecks,
        counterparty_name=name,
        counterparty_inn=inn,
        counterparty_account=account,
        counterparty_bic=bic,
        purpose=limited(document.line, keywords.PURPOSE, document.purpose, limits.purpose_length),
        line=document.line,
    )


def kopecks_of(document: Document) -> int:
    """A document's sum; 0 only where the bank wrote a zero."""
    return amount(document.line, keywords.AMOUNT, document.amount)


def number_of(document: Document, limits: StatementLimits) -> str:
    """A document's number; empty if it has none."""
    return limited(document.line, keywords.NUMBER, document.number, limits.reference_length)


def _doubt(own: str, other: str | None, own_day: date | None) -> Doubt | None:
    if own == other:
        return Doubt.ONE_ACCOUNT
    if own_day is not None:
        return None
    return Doubt.OTHER_DAY if other is None else Doubt.OWN_TRANSFER


def _own(account: str, settlement_account: str, accounts: Collection[str]) -> str | None:
    """The account itself, or the one that its bank settles through: some banks give only that."""
    if account in accounts:
        return account
    return settlement_account if settlement_account in accounts else None


def _counterparty(
    line: int, keys: _PartyKeys, party: Party, limits: StatementLimits
) -> tuple[str, str | None, str | None, str | None]:
    """Name, INN, account and BIC; the INN is taken out of the name where it has no key of its
    own.
    """
    whole_name, name, inn, account, settlement_account, bic = party
    name = name or whole_name
    if name.startswith(_NUMBERED) and (match := _NAME.fullmatch(name)):
        named_inn, name = match.groups("")
        inn = inn or named_inn
    account = account or settlement_account
    return (
        limited(line, keys.whole_name, name, limits.name_length),
        inn if _INN.fullmatch(inn) else None,
        limited(line, keys.account, account, limits.reference_length) or None,
        limited(line, keys.bic, bic, limits.reference_length) or None,
    )
