"""Our payout attempts and payments, for the comparison with the acquirer's lists."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, bindparam, cast, or_, select

from db.database import Database
from db.query import row, typed
from db.tables import card_payments, payments, payouts
from domain.payout.payout import PayoutStatus
from domain.reconciliation.acquirer_list import Attempt
from domain.reconciliation.captured import KnownPayment


@row
class AttemptRow:
    """A payout attempt that went to the acquirer."""

    key: str
    status: str
    amount_kopecks: int
    external_id: str | None


@row
class OurPayment:
    """A payment of an invoice of ours, by the acquirer's id."""

    acquirer_payment_id: str


@row
class KnownCardPayment:
    """A payment by card; `payment_id`: its money is recorded."""

    order_id: UUID
    invoice_number: str
    amount_kopecks: int
    acquirer_payment_id: str
    payment_id: str | None


_KEY = payouts.c.case_id + "/" + cast(payouts.c.attempt, String)
_ATTEMPTS = typed(
    AttemptRow,
    select(
        _KEY.label("key"), payouts.c.status, payouts.c.amount_kopecks, payouts.c.external_id
    ).where(payouts.c.channel == "acquirer"),
    never_null=("key",),
)
_NAMED = _ATTEMPTS.narrowed(
    lambda rows: rows.where(
        or_(
            payouts.c.external_id.in_(bindparam("refund_ids", expanding=True)),
            payouts.c.case_id.in_(bindparam("case_ids", expanding=True)),
        )
    )
)
_PAID = _ATTEMPTS.narrowed(
    lambda rows: rows.where(
        payouts.c.status.in_(("paid", "returned")),
        payouts.c.prepared_at >= bindparam("since"),
        payouts.c.changed_at < bindparam("heard_before"),
    )
)
_OURS = typed(
    OurPayment,
    select(payments.c.acquirer_payment_id).where(
        payments.c.acquirer_payment_id.in_(bindparam("payment_ids", expanding=True))
    ),
    never_null=("acquirer_payment_id",),
)
_CARD_PAYMENTS = typed(
    KnownCardPayment,
    select(
        card_payments.c.order_id,
        card_payments.c.invoice_number,
        card_payments.c.amount_kopecks,
        card_payments.c.acquirer_payment_id,
        card_payments.c.payment_id,
    ).where(card_payments.c.acquirer_payment_id.in_(bindparam("payment_ids", expanding=True))),
    never_null=("acquirer_payment_id",),
)


async def named(
    database: Database, refund_ids: Collection[str], keys: Collection[str]
) -> list[Attempt]:
    """The attempts with these acquirer's refund ids, and those of the cases in these keys of
    ours.
    """
    case_ids = sorted({key.rpartition("/")[0] for key in keys})
    rows = await database.rows(_NAMED(refund_ids=sorted(refund_ids), case_ids=case_ids))
    return [_attempt(row) for row in rows]


async def paid(database: Database, since: datetime, heard_before: datetime) -> list[Attempt]:
    """Attempts prepared since an instant whose payment was recorded before another one."""
    rows = await database.rows(_PAID(since=since, heard_before=heard_before))
    return [_attempt(row) for row in rows]


async def ours(database: Database, payment_ids: Collection[str]) -> set[str]:
    """Which of these acquirer's payments are payments of our invoices."""
    rows = await database.rows(_OURS(payment_ids=sorted(payment_ids)))
    return {row.acquirer_payment_id for row in rows}


async def card_payments_of(database: Database, payment_ids: Collection[str]) -> list[KnownPayment]:
    """The payments by card with these acquirer's payment ids."""
    return [
        KnownPayment(
            row.acquirer_payment_id,
            row.order_id,
            row.invoice_number,
            row.amount_kopecks,
            row.payment_id is not None,
        )
        for row in await database.rows(_CARD_PAYMENTS(payment_ids=sorted(payment_ids)))
    ]


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(row.key, PayoutStatus(row.status), row.amount_kopecks, row.external_id)
