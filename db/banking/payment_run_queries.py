"""The SQL statements of payment runs and their orders."""

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
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import insert as insert_or_skip

from db.banking.payment_run_rows import (
    LockedRun,
    OrderedPayout,
    OrderNumber,
    OrderRow,
    RunRow,
    RunState,
    WaitingPayoutRow,
)
from db.query import typed
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
from domain.banking.statement_import import MatchedAs
from domain.payout.payout import Channel, PayoutStatus

_RECIPIENT = statements.c[
    "recipient_name", "inn", "kpp", "bic", "account", "bank_name", "correspondent_account"
]

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

WAITING = typed(
    WaitingPayoutRow,
    select(
        payouts.c.case_id,
        payouts.c.attempt,
        payouts.c.amount_kopecks,
        *_RECIPIENT,
        statements.c.drawn_up_at,
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

WAITING_OF = WAITING.narrowed(lambda rows: rows.where(payouts.c.case_id == bindparam("case_id")))
GATHERABLE = WAITING.narrowed(lambda rows: rows.with_for_update(of=payouts))

PUT_RUN = insert_or_skip(payment_runs).on_conflict_do_nothing(index_elements=["id"])

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

PUT_ORDERS = insert(payment_orders).from_select(
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

RUNS = typed(
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

RUN = RUNS.narrowed(lambda rows: rows.where(payment_runs.c.id == bindparam("run_id")))

STATES = typed(
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
        *_RECIPIENT,
    )
    .join(payment_runs, payment_runs.c.id == payment_orders.c.run_id)
    .join(
        payouts,
        (payouts.c.case_id == payment_orders.c.case_id)
        & (payouts.c.attempt == payment_orders.c.attempt),
    )
    .join(statements, statements.c.id == payouts.c.statement_id),
)

ORDER = _ANY_ORDER.narrowed(lambda rows: rows.where(payment_orders.c.id == bindparam("order_id")))

ORDER_LOCKED = ORDER.narrowed(lambda rows: rows.with_for_update(of=payment_orders))

ORDERS = _ANY_ORDER.narrowed(
    lambda rows: rows.where(payment_orders.c.run_id == bindparam("run_id")).order_by(
        payment_orders.c.number
    )
)

PAYOUTS = typed(
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

HAND_OVER = (
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

LOCKED = typed(
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

SETTLED_OTHERWISE = typed(
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

DISSOLVE = update(payment_runs).where(payment_runs.c.id == bindparam("of_run"))

REJECT = update(payment_orders).where(payment_orders.c.id == bindparam("order_id"))
