"""The channel by which a case's money would go, chosen as its payout would choose it now."""

from collections.abc import Sequence
from datetime import UTC, datetime

from db.payout import attempt
from db.payout.attempt import AttemptsRow, PaymentRow
from db.payout.payout_list import ShownPayout
from db.query import Query
from db.refund.rows import RefundHead
from domain.billing.invoice import PaymentMethod
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import Channel, PayoutStatus, Way, way_by, way_of
from domain.refund.paying import choose
from domain.refund.policy import RefundPolicy
from domain.refund.refund import UNPAID_ENDS, RefundKind, RefundStatus, invoice_number_of

_GONE = (PayoutStatus.REJECTED, PayoutStatus.RETURNED)


def way_facts(refund_id: str) -> tuple[Query[PaymentRow], Query[AttemptsRow]]:
    """The facts for predicting the channel: the invoice's payments and the case's payout
    attempts.
    """
    return attempt.payment_rows(invoice_number_of(refund_id)), attempt.attempts_row(refund_id)


def foretold(
    case: RefundHead, payments: Sequence[PaymentRow], attempts: Sequence[AttemptsRow]
) -> Way | None:
    """The channel that a payout of the case would take now; None while no sum is due. `case` is a
    row of `db.refund.reads.head`. While an accountant decides, the last channel refused may be
    tried again.
    """
    if not case.sum_kopecks or case.status in UNPAID_ENDS:
        return None
    policy = RefundPolicy.from_document(case.policy_version, case.policy_document)
    (found,) = attempts
    again = case.status == RefundStatus.PAYOUT_HELD and found.last_by_acquirer
    known = attempt.payments_from(payments)
    choice = choose(
        RefundKind(case.kind),
        case.sum_kopecks,
        ClientKind(case.client_kind),
        policy,
        known,
        moscow_date(datetime.now(UTC)),
        acquirer_refused=found.acquirer_refused and not again,
    )
    return way_by(choice, known)


def way_in(payout: ShownPayout) -> Way:
    """Where a payout attempt goes, by its channel and its payment's method."""
    method = None if payout.method is None else PaymentMethod(payout.method)
    return way_of(Channel(payout.channel), method)


def way_now(
    case: RefundHead,
    payouts: Sequence[ShownPayout],
    payments: Sequence[PaymentRow],
    attempts: Sequence[AttemptsRow],
) -> Way | None:
    """The channel of the attempt that is under way or paid, else the predicted one."""
    if payouts and payouts[-1].status not in _GONE:
        return way_in(payouts[-1])
    return foretold(case, payments, attempts)


def way_on_statement(
    case: RefundHead, payments: Sequence[PaymentRow], attempts: Sequence[AttemptsRow]
) -> Way:
    """The channel that a statement names; of a case that ended unpaid, the one on its last
    statement.
    """
    return foretold(case, payments, attempts) or Way.ACCOUNT
