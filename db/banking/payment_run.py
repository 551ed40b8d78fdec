"""Payment runs: the payouts that wait for one, the orders of each, and their outcome."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from db.database import Database, Transaction
from db.notification import notification
from db.query import Locked, Query, row, typed
from db.tables import (
    bank_entries,
    calculation_lines,
    invoices,
    payment_orders,
    payment_runs,
    payouts,
    refunds,
    returned_requisites,
    statements,
)
from domain.banking.notices import PAYOUT_LEFT_OUT
from domain.banking.payment_run import (
    LeftOutPayout,
    OrderDraft,
    PaymentOrder,
    PaymentRun,
    WaitingPayout,
)
from domain.banking.statement_import import MatchedAs
from domain.billing.requisites import Requisites
from domain.calendar.bank_calendar import moscow_date
from domain.money import VatRate
from domain.payout.payout import Channel, PayoutRequest, PayoutStatus

GATHERING_LOCK = 7_060_502
"""Key of the advisory lock that lets one run be gathered at a time."""
LOCK = typed(
    Locked,
    select(func.pg_advisory_xact_lock(GATHERING_LOCK).label("lock")),
    never_null=("lock",),
)()

DEBITED = "dissolved_run_was_not_sent"
"""What is broken by whoever dissolves a run that the bank has debited."""


@row
class WaitingPayoutRow:
    """A prepared bank payout that is in no run, with its statement and its invoice."""

    case_id: str
    attempt: int
    amount_kopecks: int
    id: UUID
    refund_id: str
    calculation_id: UUID
    sum_kopecks: int
    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None
    content: dict[str, Any]
    content_sha256: str
    drawn_up_at: datetime
    invoice_number: str
    issued_on: date
    rated_lines: list[Any] | None


@row
class RunRow:
    """A payment run with the number and the sum of its orders."""

    id: UUID
    number: int
    own_account: str
    payer: dict[str, Any]
    created_by: str
    created_at: datetime
    handed_over_by: str | None
    handed_over_at: datetime | None
    dissolved_by: str | None
    dissolved_at: datetime | None
    dissolution_reason: str | None
    orders: int
    total_kopecks: Decimal


@row
class RunState:
    """How many payouts of a run are in a status, and their sum."""

    status: str
    orders: int
    total_kopecks: Decimal


@row
class OrderRow:
    """A payment order with its recipient, its run and its payout's status."""

    id: UUID
    run_id: UUID
    case_id: str
    attempt: int
    channel: str
    number: int
    day: date
    amount_kopecks: int
    purpose: str
    rejected_by: str | None
    rejected_at: datetime | None
    rejection: str | None
    dissolved_at: datetime | None
    own_account: str
    handed_over_at: datetime | None
    payout_status: str
    payout_reason: str | None
    settled_on: date | None
    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None


@row
class OrderedPayout:
    """A payout of a run, by the number of its order."""

    number: int
    case_id: str
    attempt: int


@row
class LockedRun:
    """A locked run."""

    id: UUID
    handed_over_at: datetime | None
    dissolved_at: datetime | None


@row
class OrderNumber:
    """The number of a payment order."""

    number: int


_RATED_LINES = (
    select(
        func.jsonb_agg(
            func.jsonb_build_array(
                calculation_lines.c.vat_rate,
                calculation_lines.c.sum_kopecks,
                calculation_lines.c.vat_kopecks,
            )
        )
    )
    .where(calculation_lines.c.calculation_id == statements.c.calculation_id)
    .scalar_subquery()
)
_returned = (
    select(returned_requisites.c.case_id)
    .where(
        returned_requisites.c.case_id == payouts.c.case_id,
        returned_requisites.c.attempt == payouts.c.attempt,
    )
    .exists()
)
_WAITING = typed(
    WaitingPayoutRow,
    select(
        payouts.c.case_id,
        payouts.c.attempt,
        payouts.c.amount_kopecks,
        statements,
        invoices.c.number.label("invoice_number"),
        invoices.c.issued_on,
        _RATED_LINES.label("rated_lines"),
    )
    .join(statements, statements.c.id == payouts.c.statement_id)
    .join(refunds, refunds.c.id == payouts.c.case_id)
    .join(invoices, invoices.c.number == refunds.c.invoice_number)
    .where(
        payouts.c.channel == Channel.BANK.value,
        payouts.c.status == PayoutStatus.PREPARED.value,
        payouts.c.cleared_at.is_not(None),
        ~select(payment_orders.c.id)
        .where(
            payment_orders.c.case_id == payouts.c.case_id,
            payment_orders.c.attempt == payouts.c.attempt,
            payment_orders.c.dissolved_at.is_(None),
        )
        .exists(),
        ~_returned,
    )
    .order_by(payouts.c.prepared_at, payouts.c.case_id)
    .limit(bindparam("at_most")),
)
_GATHERABLE = _WAITING.narrowed(lambda rows: rows.with_for_update(of=payouts))
_PUT_RUN = insert_or_skip(payment_runs).on_conflict_do_nothing(index_elements=["id"])
_drafts = (
    func.jsonb_to_recordset(bindparam("drafts", type_=JSONB))
    .table_valued(
        column("place", Integer),
        column("id", Uuid),
        column("case_id", Text),
        column("attempt", Integer),
        column("amount_kopecks", BigInteger),
        column("purpose", Text),
        name="drafts",
    )
    .render_derived(with_types=True)
)
_PUT_ORDERS = insert(payment_orders).from_select(
    ["id", "run_id", "case_id", "attempt", "day", "amount_kopecks", "purpose"],
    select(
        _drafts.c.id,
        bindparam("of_run", type_=Uuid),
        _drafts.c.case_id,
        _drafts.c.attempt,
        bindparam("on_day", type_=Date),
        _drafts.c.amount_kopecks,
        _drafts.c.purpose,
    ).order_by(_drafts.c.place),
)
_RUNS = typed(
    RunRow,
    select(
        payment_runs,
        func.count(payment_orders.c.id).label("orders"),
        func.coalesce(func.sum(payment_orders.c.amount_kopecks), 0).label("total_kopecks"),
    )
    .outerjoin(payment_orders, payment_orders.c.run_id == payment_runs.c.id)
    .group_by(payment_runs.c.id),
    never_null=(
        "orders",
        "total_kopecks",
    ),
)
_RUN = _RUNS.narrowed(lambda rows: rows.where(payment_runs.c.id == bindparam("run_id")))
_STATES = typed(
    RunState,
    select(
        payouts.c.status,
        func.count().label("orders"),
        func.sum(payouts.c.amount_kopecks).label("total_kopecks"),
    )
    .join(
        payment_orders,
        (payment_orders.c.case_id == payouts.c.case_id)
        & (payment_orders.c.attempt == payouts.c.attempt),
    )
    .where(payment_orders.c.run_id == bindparam("run_id"))
    .group_by(payouts.c.status)
    .order_by(payouts.c.status),
    never_null=(
        "orders",
        "total_kopecks",
    ),
)
_ANY_ORDER = typed(
    OrderRow,
    select(
        payment_orders,
        payment_runs.c.own_account,
        payment_runs.c.handed_over_at,
        payouts.c.status.label("payout_status"),
        payouts.c.reason.label("payout_reason"),
        payouts.c.settled_on,
        statements.c.recipient_name,
        statements.c.inn,
        statements.c.kpp,
        statements.c.bic,
        statements.c.account,
        statements.c.bank_name,
        statements.c.correspondent_account,
    )
    .join(payment_runs, payment_runs.c.id == payment_orders.c.run_id)
    .join(
        payouts,
        (payouts.c.case_id == payment_orders.c.case_id)
        & (payouts.c.attempt == payment_orders.c.attempt),
    )
    .join(statements, statements.c.id == payouts.c.statement_id),
)
_ORDER = _ANY_ORDER.narrowed(lambda rows: rows.where(payment_orders.c.id == bindparam("order_id")))
_ORDER_LOCKED = _ORDER.narrowed(lambda rows: rows.with_for_update(of=payment_orders))
_ORDERS = _ANY_ORDER.narrowed(
    lambda rows: rows.where(payment_orders.c.run_id == bindparam("run_id")).order_by(
        payment_orders.c.number
    )
)
_PAYOUTS = typed(
    OrderedPayout,
    select(payment_orders.c.number, payment_orders.c.case_id, payment_orders.c.attempt)
    .where(
        payment_orders.c.run_id == bindparam("run_id"),
        payment_orders.c.number > bindparam("after"),
        payment_orders.c.dissolved_at.is_(None),
    )
    .order_by(payment_orders.c.number)
    .limit(bindparam("at_most")),
)
_HAND_OVER = (
    update(payment_runs)
    .where(
        payment_runs.c.id == bindparam("run_id"),
        payment_runs.c.handed_over_at.is_(None),
        payment_runs.c.dissolved_at.is_(None),
    )
    .values(
        handed_over_by=bindparam("by", type_=Text),
        handed_over_at=bindparam("at", type_=DateTime(timezone=True)),
    )
)
_LOCKED = typed(
    LockedRun,
    select(*payment_runs.c["id", "handed_over_at", "dissolved_at"])
    .where(payment_runs.c.id == bindparam("run_id"))
    .with_for_update(),
)
_own_debit = (
    select(bank_entries.c.id)
    .where(
        bank_entries.c.matched_case == payment_orders.c.case_id,
        bank_entries.c.matched_attempt == payment_orders.c.attempt,
        bank_entries.c.matched_as == MatchedAs.PAYOUT.value,
        func.ltrim(bank_entries.c.number, "0") == cast(payment_orders.c.number, Text),
    )
    .exists()
)
_SETTLED_OTHERWISE = typed(
    OrderNumber,
    select(payment_orders.c.number)
    .join(
        payouts,
        (payouts.c.case_id == payment_orders.c.case_id)
        & (payouts.c.attempt == payment_orders.c.attempt),
    )
    .join(payment_runs, payment_runs.c.id == payment_orders.c.run_id)
    .where(
        payment_orders.c.run_id == bindparam("run_id"),
        payment_runs.c.handed_over_at.is_(None),
        payouts.c.status != PayoutStatus.PREPARED.value,
        ~_own_debit,
    )
    .order_by(payment_orders.c.number)
    .limit(1),
)
_DISSOLVE = update(payment_runs).where(payment_runs.c.id == bindparam("of_run"))
_REJECT = update(payment_orders).where(payment_orders.c.id == bindparam("order_id"))

After = tuple[datetime, UUID]
"""The key (created_at, id) of the last run seen."""


def gatherable(at_most: int) -> Query[WaitingPayoutRow]:
    """Prepared bank payouts that are in no run, the oldest first, locked."""
    return _GATHERABLE(at_most=at_most)


def waiting(at_most: int) -> Query[WaitingPayoutRow]:
    """The same without a lock."""
    return _WAITING(at_most=at_most)


def waiting_from(rows: Sequence[WaitingPayoutRow]) -> list[WaitingPayout]:
    """The payouts out of the rows of `gatherable` or `waiting`."""
    return [
        WaitingPayout(
            PayoutRequest(row.case_id, row.attempt),
            row.amount_kopecks,
            recipient_of(row),
            row.invoice_number,
            row.issued_on,
            moscow_date(row.drawn_up_at),
            tuple((VatRate(rate), *sums) for rate, *sums in row.rated_lines or ()),
        )
        for row in rows
    ]


def tell_left_out(transaction: Transaction, payout: LeftOutPayout, at: datetime) -> None:
    """Notifies accountants that a payout cannot be in a run; a repeat adds nothing."""
    notification.notify(
        transaction,
        (PAYOUT_LEFT_OUT,),
        case_id=payout.key.case_id,
        client_id=None,
        occasion=f"left-out-{payout.key.attempt}",
        params={
            "amount_kopecks": payout.amount_kopecks,
            "attempt": payout.key.attempt,
            "refusal": payout.code,
        },
        at=at,
    )


def put_run(
    transaction: Transaction, run_id: UUID, payer: Requisites, by: str, at: datetime
) -> None:
    """Stores a run; a repeat changes nothing."""
    transaction.write(
        _PUT_RUN,
        id=run_id,
        own_account=payer.account,
        payer=asdict(payer),
        created_by=by,
        created_at=at,
    )


def put_orders(
    transaction: Transaction, run_id: UUID, day: date, drafts: Sequence[OrderDraft]
) -> None:
    """Stores a run's orders; a payout that has an order already breaks `payout_ordered_once`."""
    rows = [
        {
            "place": place,
            "id": str(draft.order_id),
            "case_id": draft.payout.case_id,
            "attempt": draft.payout.attempt,
            "amount_kopecks": draft.amount_kopecks,
            "purpose": draft.purpose,
        }
        for place, draft in enumerate(drafts)
    ]
    transaction.write(_PUT_ORDERS, drafts=rows, of_run=run_id, on_day=day)


def run(run_id: UUID) -> Query[RunRow]:
    """A run with the number and the sum of its orders."""
    return _RUN(run_id=run_id)


def states(run_id: UUID) -> Query[RunState]:
    """The number and sum of a run's payouts by status."""
    return _STATES(run_id=run_id)


def order(order_id: UUID, *, locked: bool = False) -> Query[OrderRow]:
    """An order with its recipient, its run and its payout's status."""
    return (_ORDER_LOCKED if locked else _ORDER)(order_id=order_id)


def orders(run_id: UUID) -> Query[OrderRow]:
    """All orders of a run, by number; a run's size is limited."""
    return _ORDERS(run_id=run_id)


def orders_page(run_id: UUID, limit: int, after: int = 0) -> Query[OrderRow]:
    """Orders of a run after a number, by number."""
    wanted = _ORDERS.narrowed(lambda rows: rows.where(payment_orders.c.number > after).limit(limit))
    return wanted(run_id=run_id)


def runs(limit: int, after: After | None = None) -> Query[RunRow]:
    """Runs, the newest first."""
    key = (payment_runs.c.created_at, payment_runs.c.id)
    conditions = [] if after is None else [tuple_(*key) < tuple_(*after)]
    return _RUNS.narrowed(
        lambda rows: (
            rows.where(*conditions).order_by(*(column.desc() for column in key)).limit(limit)
        )
    )()


async def payouts_after(
    database: Database, run_id: UUID, after: int, at_most: int
) -> list[tuple[int, PayoutRequest]]:
    """The payouts of a run's orders after a number, each with that number."""
    rows = await database.rows(_PAYOUTS(run_id=run_id, after=after, at_most=at_most))
    return [(row.number, PayoutRequest(row.case_id, row.attempt)) for row in rows]


def hand_over(transaction: Transaction, run_id: UUID, by: str, at: datetime) -> None:
    """Stores that a run was handed over; a repeat changes nothing."""
    transaction.write(_HAND_OVER, run_id=run_id, by=by, at=at)


def locked(run_id: UUID) -> Query[LockedRun]:
    """A run, locked: nobody hands it over or dissolves it meanwhile."""
    return _LOCKED(run_id=run_id)


def settled_otherwise(run_id: UUID) -> Query[OrderNumber]:
    """An order of a run not handed over yet, whose payout another order has paid."""
    return _SETTLED_OTHERWISE(run_id=run_id)


def dissolve(transaction: Transaction, run_id: UUID, reason: str, by: str, at: datetime) -> None:
    """Dissolves a run and its orders; one that the bank has debited breaks `DEBITED`."""
    transaction.write(
        _DISSOLVE, of_run=run_id, dissolved_by=by, dissolved_at=at, dissolution_reason=reason
    )


def reject(transaction: Transaction, order_id: UUID, reason: str, by: str, at: datetime) -> None:
    """Stores that the bank rejected an order; a trigger refuses it before the hand-over."""
    transaction.write(_REJECT, order_id=order_id, rejection=reason, rejected_by=by, rejected_at=at)


def recipient_of(row: WaitingPayoutRow | OrderRow) -> Requisites:
    """The recipient, from a row with a statement's requisites."""
    return Requisites(
        recipient_name=row.recipient_name,
        inn=row.inn,
        kpp=row.kpp,
        bic=row.bic,
        account=row.account,
        bank_name=row.bank_name,
        correspondent_account=row.correspondent_account,
    )


def payment_run_from(head: RunRow, rows: Sequence[OrderRow]) -> PaymentRun:
    """The content of a run's file; the same run always gives the same file."""
    return PaymentRun(
        payer=Requisites(**head.payer),
        created_at=head.created_at,
        orders=tuple(
            PaymentOrder(row.number, row.day, row.amount_kopecks, recipient_of(row), row.purpose)
            for row in rows
        ),
    )
