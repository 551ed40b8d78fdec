"""The client's feedback: a rating and a text."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from db.refund import reads as cases_in
from db.refund import submission as submissions
from db.refund.rows import FeedbackRow, RefundHead
from domain.refund.policy import RefundPolicy
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import conflict
from starter.commands.services import Services

ALREADY_LEFT = "feedback_already_left"


@dataclass(frozen=True)
class Feedback:
    """Feedback as it is stored."""

    score: int
    text: str | None
    at: datetime


@command
async def leave_feedback(
    services: Services,
    caller: Caller,
    _command_id: UUID,  # the case has one feedback, known by the case alone
    refund_id: str,
    score: int,
    text: str | None,
) -> Feedback:
    """Stores feedback once, after the case is closed, within the time of its policy; the same again
    is a repeat.
    """
    now = datetime.now(UTC)
    heads, earlier = await services.database.read(
        cases_in.head(refund_id), cases_in.feedback_of(refund_id)
    )
    case = require_visible(caller, heads)
    if earlier:
        return _same_feedback(earlier[0], score, text)
    refusal = feedback_refusal(case, now)
    if refusal is not None:
        raise conflict(refusal)
    if await submissions.put_feedback(services.database, refund_id, score=score, text=text, at=now):
        return Feedback(score, text, now)
    ((meanwhile,),) = await services.database.read(cases_in.feedback_of(refund_id))
    return _same_feedback(meanwhile, score, text)


def feedback_refusal(head: RefundHead, now: datetime) -> str | None:
    """Why feedback is not accepted now, by the case's policy; None when it is."""
    policy = RefundPolicy.from_document(head.policy_version, head.policy_document)
    if head.closed_at is None:
        return "feedback_not_yet"
    late = now > head.closed_at + timedelta(days=policy.feedback_days)
    return "feedback_closed" if late else None


def _same_feedback(earlier: FeedbackRow, score: int, text: str | None) -> Feedback:
    """The stored feedback when it is the same; refuses a different one."""
    if (earlier.score, earlier.text) != (score, text):
        raise conflict(ALREADY_LEFT)
    return Feedback(earlier.score, earlier.text, earlier.at)
