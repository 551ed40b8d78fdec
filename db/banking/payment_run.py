"""Payment runs: the payouts that wait for one, the orders of each, and their outcome."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    func,
    select,
    tuple_,
)

from db.banking.payment_run_queries import (
    DISSOLVE,
    GATHERABLE,
    HAND_OVER,
    LOCKED,
    ORDER,
    ORDER_LOCKED,
    ORDERS,
    PAYOUTS,
    PUT_ORDERS,
    PUT_RUN,
    REJECT,
    RUN,
    RUNS,
    SETTLED_OTHERWISE,
    STATES,
    WAITING,
    WAITING_OF,
)
from db.banking.payment_run_rows import (
    LockedRun,
    OrderNumber,
    OrderRow,
    RunRow,
    RunState,
    WaitingPayoutRow,
)
from db.database import Database, Transaction
from db.notification import notification
from db.notification.notification import Occasion
from db.query import Locked, Query, typed
from db.tables import (
    payment_orders,
    payment_runs,
    payouts,
)
from domain.banking.notices import PAYOUT_LEFT_OUT
from domain.banking.payment_run import (
    LeftOutPayout,
    OrderDraft,
    PaymentOrder,
    PaymentRun,
    RunIs,
    WaitingPayout,
)
from domain.billing.requisites import Requisites
from domain.calendar.bank_calendar import moscow_date
from domain.money import VatRate
from domain.payout.payout import PayoutRequest

GATHERING_LOCK = 7_060_502
"""Key of the advisory lock that lets one run be gathered at a time."""

LOCK = typed(
    Locked,
    select(func.pg_advisory_xact_lock(GATHERING_LOCK).label("lock")),
    never_null=("lock",),
)()

DEBITED = "dissolved_run_was_not_sent"
"""The constraint that a run which the bank has debited is not dissolved."""

After = tuple[datetime, UUID]
"""The key (created_at, id) of the last run seen."""

_HANDED_OVER, _DISSOLVED = payment_runs.c.handed_over_at, payment_runs.c.dissolved_at
_STATE: Mapping[RunIs, tuple[ColumnElement[bool], ...]] = MappingProxyType(
    {
        RunIs.GATHERED: (_HANDED_OVER.is_(None), _DISSOLVED.is_(None)),
        RunIs.HANDED_OVER: (_HANDED_OVER.is_not(None),),
        RunIs.DISSOLVED: (_DISSOLVED.is_not(None),),
    }
)


def gatherable(at_most: int) -> Query[WaitingPayoutRow]:
    """Prepared bank payouts that are in no run, the oldest first, locked."""
    return GATHERABLE(at_most=at_most)


def waiting(at_most: int) -> Query[WaitingPayoutRow]:
    """The same without a lock."""
    return WAITING(at_most=at_most)


def waiting_of(case_id: str) -> Query[WaitingPayoutRow]:
    """That of one case, if it waits for a run."""
    return WAITING_OF(case_id=case_id, at_most=1)


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


def notify_left_out(
    transaction: Transaction, payouts: Sequence[LeftOutPayout], at: datetime
) -> None:
    """Notifies accountants of payouts that cannot be in a run; a repeat adds nothing."""
    occasions = [
        Occasion(
            payout.key.case_id,
            None,
            f"left-out-{payout.key.attempt}",
            {
                "amount_kopecks": payout.amount_kopecks,
                "attempt": payout.key.attempt,
                "refusal": payout.code,
            },
        )
        for payout in payouts
    ]
    notification.put(transaction, occasions, (PAYOUT_LEFT_OUT,), at)


def put_run(
    transaction: Transaction, run_id: UUID, payer: Requisites, by: str, at: datetime
) -> None:
    """Stores a run; a repeat changes nothing."""
    transaction.write(
        PUT_RUN,
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
    transaction.write(PUT_ORDERS, drafts=rows, of_run=run_id, on_day=day)


def run(run_id: UUID) -> Query[RunRow]:
    """A run with the number and the sum of its orders."""
    return RUN(run_id=run_id)


def states(run_id: UUID) -> Query[RunState]:
    """The number and sum of a run's payouts by status."""
    return STATES(run_id=run_id)


def order(order_id: UUID, *, locked: bool = False) -> Query[OrderRow]:
    """An order with its recipient, its run and its payout's status."""
    return (ORDER_LOCKED if locked else ORDER)(order_id=order_id)


def orders(run_id: UUID) -> Query[OrderRow]:
    """All orders of a run, by number; a run's size is limited."""
    return ORDERS(run_id=run_id)


def orders_page(
    run_id: UUID, limit: int, after: int = 0, *, status: str | None = None
) -> Query[OrderRow]:
    """Orders of a run after a number, by number; `status` is that of their payouts."""
    conditions = [payment_orders.c.number > after]
    if status is not None:
        conditions.append(payouts.c.status == status)
    wanted = ORDERS.narrowed(lambda rows: rows.where(*conditions).limit(limit))
    return wanted(run_id=run_id)


def runs(limit: int, after: After | None = None, *, state: RunIs | None = None) -> Query[RunRow]:
    """Runs, the newest first."""
    key = (payment_runs.c.created_at, payment_runs.c.id)
    conditions = [] if state is None else [*_STATE[state]]
    if after is not None:
        conditions.append(tuple_(*key) < tuple_(*after))
    return RUNS.narrowed(
        lambda rows: (
            rows.where(*conditions).order_by(*(column.desc() for column in key)).limit(limit)
        )
    )()


async def payouts_after(
    database: Database, run_id: UUID, after: int, at_most: int
) -> list[tuple[int, PayoutRequest]]:
    """The payouts of a run's orders after a number, each with that number."""
    rows = await database.rows(PAYOUTS(run_id=run_id, after=after, at_most=at_most))
    return [(row.number, PayoutRequest(row.case_id, row.attempt)) for row in rows]


def hand_over(transaction: Transaction, run_id: UUID, by: str, at: datetime) -> None:
    """Stores that a run was handed over; a repeat changes nothing."""
    transaction.write(HAND_OVER, run_id=run_id, by=by, at=at)


def locked(run_id: UUID) -> Query[LockedRun]:
    """A run, locked: nobody hands it over or dissolves it meanwhile."""
    return LOCKED(run_id=run_id)


def settled_otherwise(run_id: UUID) -> Query[OrderNumber]:
    """An order of a run not handed over yet, whose payout another order has paid."""
    return SETTLED_OTHERWISE(run_id=run_id)


def dissolve(transaction: Transaction, run_id: UUID, reason: str, by: str, at: datetime) -> None:
    """Dissolves a run and its orders; one that the bank has debited breaks `DEBITED`."""
    transaction.write(
        DISSOLVE, of_run=run_id, dissolved_by=by, dissolved_at=at, dissolution_reason=reason
    )


def reject(transaction: Transaction, order_id: UUID, reason: str, by: str, at: datetime) -> None:
    """Stores that the bank rejected an order; a trigger refuses it before the hand-over."""
    transaction.write(REJECT, order_id=order_id, rejection=reason, rejected_by=by, rejected_at=at)


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
