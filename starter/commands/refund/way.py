"""The channel by which a case's money would go, chosen as its payout would choose it now."""

from collections.abc import Sequence
from datetime import UTC, datetime

from db.database import Query, Row
from db.payout import payout
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import PayoutStatus, Way
from domain.refund.policy import RefundPolicy
from domain.refund.refund import UNPAID_ENDS, RefundStatus, invoice_number_of

_GONE = (PayoutStatus.REJECTED, PayoutStatus.RETURNED)


def way_facts(refund_id: str) -> tuple[Query, Query]:
    """The facts for predicting the channel: the invoice's payments and the case's payout
    attempts.
    """
    return payout.payments_of(invoice_number_of(refund_id)), payout.attempts_of(refund_id)


def foretold(case: Row, payments: Sequence[Row], attempts: Sequence[Row]) -> Way | None:
    """The channel that a payout of the case would take now; None while no sum is due. `case` is a
    row of `db.case.head`. While an accountant decides, the last channel refused may be tried again.
    """
    if not case.sum_kopecks or case.status in UNPAID_ENDS:
        return None
    policy = RefundPolicy.from_document(case.policy_version, case.policy_document)
    (found,) = attempts
    today = moscow_date(datetime.now(UTC))
    again = case.status == RefundStatus.PAYOUT_HELD and found.last_by_acquirer
    refused = found.acquirer_refused and not again
    choice = payout.choose(case, policy, payments, today, acquirer_refused=refused)
    return payout.way_by(choice, payments)


def way_now(
    case: Row, payouts: Sequence[Row], payments: Sequence[Row], attempts: Sequence[Row]
) -> Way | None:
    """The channel of the attempt that is under way or paid, else the predicted one."""
    if payouts and payouts[-1].status not in _GONE:
        return payout.way_in(payouts[-1])
    return foretold(case, payments, attempts)


def way_on_statement(case: Row, payments: Sequence[Row], attempts: Sequence[Row]) -> Way:
    """The channel that a statement names; of a case that ended unpaid, the one on its last
    statement.
    """
    return foretold(case, payments, attempts) or Way.ACCOUNT
