"""Converts a document of the file to the entries it makes on our accounts."""

import re
from collections.abc import Collection, Sequence
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import Final, NamedTuple

from domain.banking.bank_statement import EntryDirection, StatementEntry
from gateways.bank_file import keywords
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import printable
from gateways.bank_file.sections import Section
from gateways.bank_file.values import amount, day, limited

PURPOSE_WIDTH: Final = 35
"""Characters of each of the six lines that the 210 of a payment order's purpose are cut into."""
_INN: Final = re.compile(r"(?!0+\Z)[0-9]{5,12}")  # five digits: a foreign organisation's code
# The full name often begins with numbers: «ИНН 7701234567/770101001 ООО «Ромашка»».
_NUMBERED: Final = "ИНН"
_NAME: Final = re.compile(
    rf"(?:{_NUMBERED}\s*([0-9]{{5,12}})(?:\s*[/\\]\s*[0-9A-Z]{{9}})?\s+)?(.*)"
)


class _PartyKeys(NamedTuple):
    """The names of the keys of one side of a document."""

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
        party + keywords.PARTY_NAME,
        party + keywords.PARTY_INN,
        party + keywords.PARTY_ACCOUNT,
        party + keywords.PARTY_SETTLEMENT_ACCOUNT,
        party + keywords.PARTY_BIC,
    )
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


def sides_of(document: Section, accounts: Collection[str]) -> list[Side]:
    """None, one, or two for a transfer between two of the accounts; the debit comes first."""
    debited_on, credited_on = (
        day(document, keywords.DEBITED_ON),
        day(document, keywords.CREDITED_ON),
    )
    payer = _own_account(document, _PAYER, accounts)
    recipient = _own_account(document, _RECIPIENT, accounts)
    sides = []
    if payer is not None:
        doubt = _doubt(payer, recipient, debited_on)
        posted = debited_on or credited_on
        sides.append(Side(EntryDirection.OUT, payer, posted, keywords.DEBITED_ON, doubt))
    if recipient is not None:
        doubt = _doubt(recipient, payer, credited_on)
        posted = credited_on or debited_on
        sides.append(Side(EntryDirection.IN, recipient, posted, keywords.CREDITED_ON, doubt))
    return sides


def entry_of(
    document: Section, side: Side, posted: date, kopecks: int, limits: StatementLimits
) -> StatementEntry:
    """The entry that one side of a document makes on its account."""
    is_debit = side.direction is EntryDirection.OUT
    party = _party(document, _RECIPIENT if is_debit else _PAYER, limits)
    return StatementEntry(
        account=side.account,
        direction=side.direction,
        day=posted,
        number=number_of(document, limits),
        amount_kopecks=kopecks,
        counterparty_name=party.name,
        counterparty_inn=party.inn,
        counterparty_account=party.account,
        counterparty_bic=party.bic,
        purpose=_purpose(document, limits),
        line=document.line,
    )


def kopecks_of(document: Section) -> int:
    """A document's sum; 0 only where the bank wrote a zero."""
    return amount(document, keywords.AMOUNT)


def number_of(document: Section, limits: StatementLimits) -> str:
    """A document's number; empty if it has none."""
    return _reference(document, keywords.NUMBER, limits) or ""


def _doubt(own: str, other: str | None, own_day: date | None) -> Doubt | None:
    if own == other:
        return Doubt.ONE_ACCOUNT
    if own_day is not None:
        return None
    return Doubt.OTHER_DAY if other is None else Doubt.OWN_TRANSFER


def _own_account(document: Section, party: _PartyKeys, accounts: Collection[str]) -> str | None:
    """The account itself, or the one that its bank settles through: some banks give only that."""
    for key in (party.account, party.settlement_account):
        if (account := document.text(key)) in accounts:
            return account
    return None


def _party(document: Section, party: _PartyKeys, limits: StatementLimits) -> _Party:
    """The counterparty; its INN is taken out of the name where it has no key of its own."""
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
    purpose = document.text(keywords.PURPOSE)
    if not purpose:
        lines = [document.values.get(key) or "" for key in keywords.PURPOSE_PARTS]
        purpose = printable(_joined([line.rstrip() for line in lines if line.strip()]))
    return limited(document, keywords.PURPOSE, purpose, limits.purpose_length)


def _joined(lines: Sequence[str]) -> str:
    """Lines of one purpose: wrapped between words, or cut at a width anywhere.

    A cut is recognised by lines of one width, or one character shorter where a space was at the
    cut; two lines are recognised as cut only by the form's own width. A line of the full width is
    joined with the next one without a space.
    """
    cut = [len(line) for line in lines[:-1]]
    width = max(cut, default=0)
    is_cut = min(cut, default=0) >= width - 1 and (len(cut) > 1 or width == PURPOSE_WIDTH)
    joined = "".join(lines[:1])
    for before, line in pairwise(lines):
        joined += line if is_cut and len(before) == width else f" {line.lstrip()}"
    return joined


def _reference(document: Section, key: str, limits: StatementLimits) -> str | None:
    text = document.text(key)
    return limited(document, key, text, limits.reference_length) or None
