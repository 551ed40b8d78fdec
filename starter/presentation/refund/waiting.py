"""Why a refund stands: what is stored of it, read and judged."""

from collections.abc import Mapping
from datetime import UTC, datetime

from db.facts import load
from db.payout import standing
from db.payout.standing import StandingPayoutRow
from db.refund import reads as cases_in
from db.refund.rows import FeedbackRow, RefundHead, RefundHistoryRow
from db.refund.submission import signed_scan
from domain.payout.payout import Channel, PayoutStatus
from domain.refund.refund import RefundStatus
from domain.refund.waiting_reason import StandingRefund, refund_waits
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.banking.left_out import left_out_of
from starter.commands.refund.feedback import feedback_refusal
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from starter.presentation.refund.inquiry import inquiries_of
from texts import Language, translate


async def refund_waiting(
    services: Services, caller: Caller, refund_id: str, language: Language
) -> WaitingShown:
    """The answer for a case; raises `Refusal` `not_found` without one.

    Each query sees what is stored by then: a change that comes meanwhile may be in some of them.
    """
    database = services.database
    heads, history, latest, payouts, feedback = await database.read(
        cases_in.head(refund_id),
        cases_in.history(refund_id),
        cases_in.latest(refund_id),
        standing.last_of(refund_id),
        cases_in.feedback_of(refund_id),
    )
    head, now = require_visible(caller, heads), datetime.now(UTC)
    result = cases_in.result_in(latest)
    payout = payouts[0] if payouts else None
    left_out = await _left_out(services, refund_id, payout)
    asked = await inquiries_of(database, head, caller, language)
    changed_at = head.changed_at if payout is None else max(head.changed_at, payout.changed_at)
    told = refund_waits(
        StandingRefund(
            RefundStatus(head.status),
            _entered_at(history),
            wait=None if result is None else result.wait,
            is_closed=head.closed_at is not None,
            feedback_open=_is_feedback_open(head, feedback, now),
            inquiry_open=asked.is_open_to_client,
            payout=None if payout is None else standing.payout_from(payout, left_out),
            scan=await load(database, signed_scan(refund_id)),
            failure=await failed_step_of(database, services.cases, refund_id, changed_at),
        ),
        now,
    )
    return waiting_shown("refund", told, language, _for_people(told.details, language))


async def _left_out(
    services: Services, refund_id: str, payout: StandingPayoutRow | None
) -> str | None:
    """Why no payment run can include the payout, for one that waits for a run."""
    if payout is None or payout.ordered_at is not None or payout.channel != Channel.BANK:
        return None
    if payout.status != PayoutStatus.PREPARED:
        return None
    found = await load(services.database, left_out_of(refund_id))
    return found[0].code if found else None


def _entered_at(history: list[RefundHistoryRow]) -> datetime:
    """When the present status began: later changes of it move a deadline only."""
    return next(one.at for one in reversed(history) if one.from_status != one.to_status)


def _is_feedback_open(head: RefundHead, feedback: list[FeedbackRow], now: datetime) -> bool:
    return not feedback and feedback_refusal(head, now) is None


def _for_people(details: Mapping[str, str | int], language: Language) -> dict[str, str | int]:
    """The parameters of the reason's text: a code of why a payout is left out becomes words."""
    if "left_out" not in details:
        return dict(details)
    return {"left_out": translate(f"error.{details['left_out']}", language)}
