"""What the search at the desk finds: groups of rows, each with a limit of its own.

Everything is found by an index. Within one sum or one client the latest come first, and no more is
read than is shown. Rows with words are few or many, and the planner cannot know which: walking them
in the order of the page would read a whole table for words that few have. So they are found first,
up to a limit, and sorted then.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Table, false, select, text

from db.billing.client import matches_words
from db.case.sought_invoice import of_invoice
from db.first_of_any import first_of_any
from db.query import Query, RowT, TypedStatement, planned_anew, row, typed
from db.tables import clients, refunds, renewals, subscriptions, tickets
from db.words import ENTRY_WORDS, beginnings_of, said_in_tickets
from domain.banking.matching.numbers import key_of
from domain.case.sought import Sought

CLIENTS_LOOKED_AT = 50
"""Clients with such a name whose cases are looked for: the first by name."""
NAMES_MATCHED = 2_000
"""Clients that are found by words before they are sorted; words that more have name nobody."""
ENTRIES_MATCHED = 2_000
"""Bank entries that are found by words before they are sorted; of words that more have, the latest
are among the `ENTRIES_NEWEST`.
"""
ENTRIES_NEWEST = 200
"""The latest entries, which are looked through for words one by one: their words may not have been
noted yet.
"""


@row
class FoundClient:
    """A client."""

    id: str
    name: str
    inn: str | None


@row
class FoundInvoice:
    """An invoice with its client."""

    number: str
    client_id: str
    client_name: str
    issued_on: date
    total_kopecks: int
    paid_kopecks: int


@row
class FoundRefund:
    """A refund with its client."""

    id: str
    client_id: str
    client_name: str
    status: str
    sum_kopecks: int
    opened_at: datetime
    closed_at: datetime | None


@row
class FoundRenewal:
    """A renewal with its client and subscription."""

    id: str
    client_id: str
    client_name: str
    title: str
    status: str
    invoice_number: str | None
    closed_at: datetime | None


@row
class FoundTicket:
    """A ticket with its client."""

    id: str
    number: int
    client_id: str
    client_name: str
    topic: str
    status: str
    opened_at: datetime
    closed_at: datetime | None


@row
class FoundEntry:
    """An entry of a bank statement."""

    id: UUID
    day: date
    number: str
    direction: str
    amount_kopecks: int
    counterparty_name: str
    purpose: str
    status: str


@row
class FoundOrder:
    """A payment order."""

    run_id: UUID
    number: int
    day: date
    amount_kopecks: int
    case_id: str


_INVOICES = typed(
    FoundInvoice,
    text("""
WITH found AS (
    (SELECT number, 0 AS place FROM invoices WHERE number = :number)
    UNION ALL
    (SELECT number, 1 FROM invoices
      WHERE matching_key = :key AND matching_key <> '' LIMIT :at_most)
    UNION ALL
    (SELECT number, 2 FROM invoices WHERE number ~>=~ :number AND number ~<~ :beyond
      ORDER BY number USING ~>~ LIMIT :at_most)
    UNION ALL
    (SELECT number, 3 FROM invoices WHERE total_kopecks = CAST(:kopecks AS bigint)
      ORDER BY issued_on DESC, number DESC LIMIT :at_most)
), best AS (SELECT number, min(place) AS place FROM found GROUP BY number)
SELECT i.number, i.client_id, c.name AS client_name, i.issued_on, i.total_kopecks, i.paid_kopecks
  FROM best JOIN invoices AS i USING (number) JOIN clients AS c ON c.id = i.client_id
 ORDER BY best.place, i.issued_on DESC, i.number DESC LIMIT :at_most
"""),
)
_ASKED = "@@ to_tsquery('simple', CAST(:words AS text))"
_ENTRIES = typed(
    FoundEntry,
    text(
        f"""
WITH found AS (
    (SELECT id FROM bank_entries WHERE amount_kopecks = CAST(:kopecks AS bigint)
      ORDER BY day DESC, id DESC LIMIT :at_most)
    UNION
    (SELECT id FROM bank_entries WHERE counterparty_inn = CAST(:inn AS text)
      ORDER BY day DESC, id DESC LIMIT :at_most)
    UNION
    (SELECT entry_id FROM (SELECT entry_id, day FROM bank_entry_words
                            WHERE to_tsvector('simple', words) {_ASKED}
                            LIMIT {ENTRIES_MATCHED})
      ORDER BY day DESC, entry_id DESC LIMIT :at_most)
    UNION
    (SELECT id FROM (SELECT * FROM bank_entries ORDER BY day DESC, id DESC LIMIT {ENTRIES_NEWEST})
      WHERE to_tsvector('simple', {ENTRY_WORDS}) {_ASKED} ORDER BY day DESC, id DESC LIMIT :at_most)
)
SELECT e.id, e.day, e.number, e.direction, e.amount_kopecks, e.counterparty_name, e.purpose,
       e.status
  FROM found JOIN bank_entries AS e USING (id) ORDER BY e.day DESC, e.id DESC LIMIT :at_most
"""  # noqa: S608  only a constant of this module is put into it
    ),
)
_ORDERS = typed(
    FoundOrder,
    text("""
SELECT run_id, number, day, amount_kopecks, case_id FROM payment_orders
 WHERE number = CAST(:order AS integer) ORDER BY day DESC, id DESC LIMIT :at_most
"""),
)
_CLIENTS = typed(FoundClient, select(clients.c.id, clients.c.name, clients.c.inn))
_REFUNDS = typed(
    FoundRefund,
    select(
        refunds.c.id,
        refunds.c.client_id,
        clients.c.name.label("client_name"),
        refunds.c.status,
        refunds.c.sum_kopecks,
        refunds.c.opened_at,
        refunds.c.closed_at,
    ).join(clients, clients.c.id == refunds.c.client_id),
)
_RENEWALS = typed(
    FoundRenewal,
    select(
        renewals.c.id,
        renewals.c.client_id,
        clients.c.name.label("client_name"),
        subscriptions.c.title,
        renewals.c.status,
        renewals.c.invoice_number,
        renewals.c.closed_at,
    )
    .join(clients, clients.c.id == renewals.c.client_id)
    .join(subscriptions, subscriptions.c.id == renewals.c.subscription_id),
)
_TICKETS = typed(
    FoundTicket,
    select(
        tickets.c.id,
        tickets.c.number,
        tickets.c.client_id,
        clients.c.name.label("client_name"),
        tickets.c.topic,
        tickets.c.status,
        tickets.c.opened_at,
        tickets.c.closed_at,
    ).join(clients, clients.c.id == tickets.c.client_id),
)


def found_clients(sought: Sought, at_most: int) -> Query[FoundClient]:
    """Clients whose name has all words, or with this INN, by name."""
    first = _named(sought, at_most)
    order = (clients.c.folded_name, clients.c.id)
    return _CLIENTS.narrowed(
        lambda rows: planned_anew(rows.where(clients.c.id.in_(first)).order_by(*order))
    )()


def found_invoices(sought: Sought, at_most: int) -> Query[FoundInvoice]:
    """Invoices by their number, whole first, then as payers write it, then its beginning; and by
    their sum.
    """
    number = sought.number or ""
    return _INVOICES(
        number=number,
        beyond=f"{number}~" if number else "",
        key=key_of(number),
        kopecks=sought.kopecks,
        at_most=at_most,
    )


def found_refunds(sought: Sought, at_most: int) -> Query[FoundRefund]:
    """Refunds by their invoice's number as invoices are found by it, their sum, or their client;
    the latest first.
    """
    wanted: list[ColumnElement[bool]] = [refunds.c.client_id.in_(_named(sought, CLIENTS_LOOKED_AT))]
    wanted += of_invoice(refunds.c.invoice_number, sought)
    if sought.kopecks is not None:
        wanted.append((refunds.c.sum_kopecks == sought.kopecks) & (refunds.c.sum_kopecks > 0))
    return _latest(_REFUNDS, refunds, wanted, at_most)


def found_renewals(sought: Sought, at_most: int) -> Query[FoundRenewal]:
    """Renewals by their invoice's number as invoices are found by it, or their client; the latest
    first.
    """
    wanted: list[ColumnElement[bool]] = [
        renewals.c.client_id.in_(_named(sought, CLIENTS_LOOKED_AT))
    ]
    wanted += of_invoice(renewals.c.invoice_number, sought)
    return _latest(_RENEWALS, renewals, wanted, at_most)


def found_tickets(sought: Sought, at_most: int) -> Query[FoundTicket]:
    """Tickets by their number, words of what was written in them, or their client; the latest
    first.
    """
    named = _named(sought, CLIENTS_LOOKED_AT)
    wanted: list[ColumnElement[bool]] = [tickets.c.client_id.in_(named)]
    if sought.order is not None:
        wanted.append(tickets.c.number == sought.order)
    if sought.words:
        wanted += said_in_tickets(" ".join(sought.words))
    return first_of_any(_TICKETS, tickets.c.id, wanted, (tickets.c.number.desc(),), at_most)


def found_entries(sought: Sought, at_most: int) -> Query[FoundEntry]:
    """Bank entries by their sum, the payer's INN, or words of the purpose and the payer's name."""
    return _ENTRIES(
        kopecks=sought.kopecks,
        inn=sought.inn,
        words=beginnings_of(sought.words),
        at_most=at_most,
    )


def found_orders(sought: Sought, at_most: int) -> Query[FoundOrder]:
    """Payment orders by their number, the latest first."""
    return _ORDERS(order=sought.order, at_most=at_most)


def _latest(
    rows: TypedStatement[RowT], cases: Table, wanted: Sequence[ColumnElement[bool]], at_most: int
) -> Query[RowT]:
    newest = (cases.c.opened_at.desc(), cases.c.id.desc())
    return first_of_any(rows, cases.c.id, wanted, newest, at_most)


def _of_name(sought: Sought) -> list[ColumnElement[bool]]:
    if sought.inn is not None:
        return [clients.c.inn == sought.inn]
    return [*matches_words(" ".join(sought.words))] if sought.words else [false()]


def _named(sought: Sought, at_most: int) -> Select[tuple[str]]:
    """The first by name of the clients that are looked for."""
    columns = (clients.c.id, clients.c.folded_name)
    found = select(*columns).where(*_of_name(sought)).limit(NAMES_MATCHED).subquery()
    return select(found.c.id).order_by(found.c.folded_name, found.c.id).limit(at_most)
