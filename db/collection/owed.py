"""What a client owes: its invoices with open cases, locked, and what it was told today."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, text

from db.collection.left_out import LEFT_OUT
from db.compensation.key_rate import KeyRateStored, known_key_rate
from db.compensation.legal_rule import all_rules
from db.facts import Reading, every, first, together
from db.query import Query, row, typed
from db.tables import collection_contacts, collections
from domain.calendar.bank_calendar import moscow_date
from domain.collection.case import DebtFacts, LetterOfToday, OwedInvoice, Unsent
from domain.collection.collection import CollectionStatus
from domain.collection.leaving import NotSent
from domain.collection.policy import CollectionPolicy, Tone
from domain.collection.unsent import NOT_SENT
from domain.compensation.interest import Movement
from domain.compensation.legal_rule import LegalRules

MAX_TITLES = 3
"""Lines of an invoice whose titles a letter says."""
MAX_OWED = 200
"""Invoices of a client that a step looks at, those due first; a letter names fewer."""


@row
class LockedInvoice:
    """A locked invoice."""

    number: str


@row
class OwedRow:
    """An invoice with its open case."""

    collection_id: str
    invoice_number: str
    issued_on: date
    due_on: date
    total_kopecks: int
    paid_kopecks: int
    is_void: bool
    status: str
    rung: int
    wait_until: datetime | None
    policy_version: int
    policy: dict[str, Any]
    is_disputed: bool
    titles: str
    more: int


@row
class PaidRow:
    """A payment that stands."""

    invoice_number: str
    amount_kopecks: int
    received_at: datetime


@row
class LetterRow:
    """Today's letter: a row a debt; one that was given up has a row without a debt."""

    tone: str
    collection_id: str | None
    is_claimed: bool | None


@row
class UnsentRow:
    """The last letter that the case wrote, or that claimed its debt; why it was not sent."""

    tone: str
    reason: str | None


@row
class ContactedRow:
    """A contact of staff today."""

    channel: str


_OWED = f"""
    SELECT c.id FROM collections c
     WHERE c.client_id = (SELECT own.client_id FROM collections own WHERE own.id = :of_case)
       AND (c.closed_at IS NULL OR c.id = :of_case)
     ORDER BY c.id <> :of_case, c.due_on, c.id LIMIT {MAX_OWED}
"""  # noqa: S608  constants of this module
_LOCK = typed(
    LockedInvoice,
    text(
        f"""
SELECT i.number FROM invoices i
 WHERE i.number IN (SELECT c.invoice_number FROM collections c WHERE c.id IN ({_OWED}))
 ORDER BY i.number FOR NO KEY UPDATE OF i
"""  # noqa: S608  constants of this module
    ),
)
_DEBTS = typed(
    OwedRow,
    text(
        f"""
SELECT c.id AS collection_id, i.number AS invoice_number, i.issued_on, c.due_on, i.total_kopecks,
       i.paid_kopecks, i.voided_at IS NOT NULL AS is_void, c.status, c.rung, c.wait_until,
       c.policy_version, p.document AS policy,
       EXISTS (SELECT FROM disputes d
                WHERE d.invoice_number = i.number AND d.closed_at IS NULL) AS is_disputed,
       (SELECT coalesce(string_agg(l.title, '; ' ORDER BY l.line_no), '') FROM invoice_lines l
         WHERE l.invoice_number = i.number AND l.line_no <= {MAX_TITLES}) AS titles,
       (SELECT count(*) FROM invoice_lines l
         WHERE l.invoice_number = i.number AND l.line_no > {MAX_TITLES}) AS more
  FROM collections c
  JOIN invoices i ON i.number = c.invoice_number
  JOIN policies p ON p.kind = c.policy_kind AND p.version = c.policy_version
 WHERE c.id IN ({_OWED})
 ORDER BY c.due_on, c.id
"""  # noqa: S608  constants of this module
    ),
    never_null=("is_void", "is_disputed", "titles", "more"),
)
_PAID = typed(
    PaidRow,
    text(
        f"""
SELECT p.invoice_number, p.amount_kopecks, p.received_at
  FROM payments p
  JOIN collections c ON c.invoice_number = p.invoice_number
 WHERE c.id IN ({_OWED})
   AND NOT EXISTS (SELECT FROM payment_reversals r WHERE r.payment_id = p.id)
 ORDER BY p.received_at, p.id
"""  # noqa: S608  constants of this module
    ),
)
_LETTER = typed(
    LetterRow,
    text(
        f"""
SELECT l.tone, line.collection_id, line.is_claimed
  FROM collection_letters l
  JOIN collections c ON c.client_id = l.client_id
  LEFT JOIN collection_letter_lines line ON line.letter_id = l.id AND NOT EXISTS ({LEFT_OUT})
 WHERE c.id = :of_case AND l.day = :day
"""  # noqa: S608  constants of this module
    ),
    never_null=("tone",),
)
_UNSENT = typed(
    UnsentRow,
    text(
        f"""
SELECT l.tone, ({LEFT_OUT}) AS reason
  FROM collection_letter_lines line
  JOIN collection_letters l ON l.id = line.letter_id
 WHERE line.collection_id = :of_case AND (l.collection_id = :of_case OR line.is_claimed)
   AND l.written_at > coalesce((SELECT max(h.at) FROM collection_history h
                                 WHERE h.collection_id = :of_case AND h.reason = :heard),
                               '-infinity')
 ORDER BY l.written_at DESC LIMIT 1
"""  # noqa: S608  constants of this module
    ),
)
_CONTACTED = typed(
    ContactedRow,
    select(collection_contacts.c.channel)
    .join(collections, collections.c.client_id == collection_contacts.c.client_id)
    .where(collections.c.id == bindparam("of_case"), collection_contacts.c.day == bindparam("day"))
    .limit(1),
)


def lock(collection_id: str) -> Query[LockedInvoice]:
    """Locks what the client of a case owes, in the order of the numbers: money of it waits."""
    return _LOCK(of_case=collection_id)


def facts(collection_id: str, at: datetime) -> Reading[DebtFacts]:
    """What the client of a case owes, and what it was told on the Moscow day of an instant."""
    key, day = {"of_case": collection_id}, moscow_date(at)
    return together(
        _facts_from,
        together(_owed_from, every(_DEBTS(**key)), every(_PAID(**key))),
        every(_LETTER(day=day, **key)),
        together(
            _contacts_from,
            first(_CONTACTED(day=day, **key)),
            first(_UNSENT(heard=NOT_SENT, **key)),
        ),
        all_rules(),
        known_key_rate(),
    )


def _owed_from(found: Sequence[OwedRow], payments: Sequence[PaidRow]) -> list[OwedInvoice]:
    paid = defaultdict[str, list[Movement]](list)
    for one in payments:
        movement = Movement(moscow_date(one.received_at), one.amount_kopecks)
        paid[one.invoice_number].append(movement)
    return [
        OwedInvoice(
            collection_id=one.collection_id,
            invoice_number=one.invoice_number,
            issued_on=one.issued_on,
            due_on=one.due_on,
            total_kopecks=one.total_kopecks,
            paid_kopecks=one.paid_kopecks,
            is_void=one.is_void,
            status=CollectionStatus(one.status),
            rung=one.rung,
            wait_until=one.wait_until,
            policy=CollectionPolicy.from_document(one.policy_version, one.policy),
            is_disputed=one.is_disputed,
            paid=paid[one.invoice_number],
            titles=one.titles,
            more=one.more,
        )
        for one in found
    ]


def _facts_from(
    owed: Sequence[OwedInvoice],
    letter: Sequence[LetterRow],
    contacts: tuple[bool, Unsent | None],
    rules: LegalRules,
    rates: KeyRateStored,
) -> DebtFacts:
    is_contacted, unsent = contacts
    return DebtFacts(owed, _letter_from(letter), is_contacted, rules, rates.key_rate, unsent)


def _contacts_from(
    contacted: ContactedRow | None, last: UnsentRow | None
) -> tuple[bool, Unsent | None]:
    unsent = None
    if last is not None and last.reason is not None:
        unsent = Unsent(Tone(last.tone), NotSent(last.reason))
    return contacted is not None, unsent


def _letter_from(found: Sequence[LetterRow]) -> LetterOfToday | None:
    if not found:
        return None
    named = [(one.collection_id, one.is_claimed) for one in found if one.collection_id is not None]
    claims = frozenset(collection_id for collection_id, is_claimed in named if is_claimed)
    speaks_of = frozenset(collection_id for collection_id, _ in named)
    return LetterOfToday(Tone(found[0].tone), speaks_of, claims)
