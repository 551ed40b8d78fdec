"""What staff decide about disputes over HTTP."""

from typing import Annotated, Literal

from pydantic import Field

from domain.compensation.legal_rule import RuleKind
from domain.dispute.dispute import DisputeStatus, Outside
from domain.dispute.evidence import EvidenceKind
from domain.goods_return.case import AskedPieces
from domain.goods_return.goods_return import Ground
from domain.refund.calculation import MAX_LINES
from starter.api.billing.invoice import PiecesBody
from starter.api.dispute.case import AskedOfDispute
from starter.api.dispute.writing import Part, Text
from starter.api.http.models import Body, Day, Kopecks, Lax
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import router
from starter.commands.dispute import decide as command
from starter.commands.dispute.compensation import Compensation
from starter.commands.dispute.decide import Returned, Verdict
from starter.presentation.dispute.dispute import DisputeShown

MAX_HANDED_IN = 1_000_000

routes = router("disputes")


class PapersAskedBody(Body):
    """Which papers are missing, and why."""

    kinds: tuple[Annotated[EvidenceKind, Lax], ...] = Field(
        min_length=1, max_length=len(EvidenceKind), strict=False
    )
    reason: Text


class CompensationBody(Body):
    """A compensation within the law: interest or a penalty of a sum, for days.

    Interest runs from `first_day` to `last_day`; of a penalty `first_day` is that of the demand.
    """

    amount: Kopecks
    rule: Literal["interest", "penalty_goods", "penalty_prepaid", "penalty_service"]
    base: Kopecks
    first_day: Day
    last_day: Day


class GoodsBody(Body):
    """Pieces of the order's lines that come back, and why; for our fault at our cost."""

    ground: Annotated[Ground, Lax]
    lines: list[PiecesBody] = Field(min_length=1, max_length=MAX_LINES)


class VerdictBody(Body):
    """An outcome with its money. `seen_handed_in` is the dispute's `handed_in` as its author read
    it: what the client handed in since refuses the decision.
    """

    outcome: Literal["resolved_client", "resolved_partly", "rejected"]
    reason: Text
    seen_handed_in: int = Field(ge=0, le=MAX_HANDED_IN)
    awarded: Kopecks | None = None
    compensation: CompensationBody | None = None
    goods: GoodsBody | None = Field(
        default=None,
        description="What comes back, by a return of its own that decides its money.",
    )
    correction: Part | None = Field(
        default=None, description="What is to be put right; it is recorded when it is."
    )


class ReasonBody(Body):
    """Why."""

    reason: Text


class ClaimBody(ReasonBody):
    """What the pre-trial claim says, and by which day it has to be answered if it names one."""

    until: Day | None = None


class OutsideBody(ClaimBody):
    """Who decides, and by which day our answer is due there."""

    outside: Outside = Field(strict=False)


class OutsideEndBody(ReasonBody):
    """How it has ended, and on which day."""

    outcome: Literal["won", "lost", "settled"]
    on: Day
    is_compensation_unsent: bool = Field(
        default=False,
        description="A decided compensation that is not recorded as paid was never sent.",
    )


class PerformedBody(ReasonBody):
    """By which order the compensation was paid, and on which day."""

    on: Day


@routes.post(
    "/v1/disputes/{dispute_id}/papers-request", summary="Ask for papers", responses=UNKNOWN
)
async def ask_dispute_papers(body: PapersAskedBody, asked: AskedOfDispute) -> DisputeShown:
    """Our clock stands still until the client has handed them in."""
    return await asked.by(command.ask_dispute_papers, body.kinds, body.reason)


@routes.post("/v1/disputes/{dispute_id}/decision", summary="Decide a dispute", responses=UNKNOWN)
async def decide_dispute(body: VerdictBody, asked: AskedOfDispute) -> DisputeShown:
    """Above the limit another person has to approve; what was decided is done by itself."""
    verdict = Verdict(
        DisputeStatus(body.outcome),
        body.reason,
        body.seen_handed_in,
        body.awarded or 0,
        None if body.compensation is None else _compensation(body.compensation),
        None if body.goods is None else _returned(body.goods),
        body.correction,
    )
    return await asked.by(command.decide_dispute, verdict)


def _returned(body: GoodsBody) -> Returned:
    return Returned(body.ground, tuple(AskedPieces(one.line_no, one.pieces) for one in body.lines))


def _compensation(body: CompensationBody) -> Compensation:
    rule = RuleKind(body.rule)
    return Compensation(body.amount, rule, body.base, body.first_day, body.last_day)


@routes.post("/v1/disputes/{dispute_id}/approval", summary="Approve a decision", responses=UNKNOWN)
async def approve_dispute(asked: AskedOfDispute) -> DisputeShown:
    """Of somebody else."""
    return await asked.by(command.approve_dispute)


@routes.post(
    "/v1/disputes/{dispute_id}/return", summary="Have a dispute decided anew", responses=UNKNOWN
)
async def send_dispute_back(body: ReasonBody, asked: AskedOfDispute) -> DisputeShown:
    """It is reviewed again."""
    return await asked.by(command.send_dispute_back, body.reason)


@routes.post(
    "/v1/disputes/{dispute_id}/claim", summary="Record a pre-trial claim", responses=UNKNOWN
)
async def receive_dispute_claim(body: ClaimBody, asked: AskedOfDispute) -> DisputeShown:
    """It is answered by its own deadline where that is the earlier one."""
    return await asked.by(command.receive_dispute_claim, body.reason, body.until)


@routes.post(
    "/v1/disputes/{dispute_id}/outside", summary="Somebody else decides", responses=UNKNOWN
)
async def take_dispute_outside(body: OutsideBody, asked: AskedOfDispute) -> DisputeShown:
    """A bank, an authority or a court; its deadline wins where it is the earlier one."""
    return await asked.by(command.take_dispute_outside, body.outside, body.reason, body.until)


@routes.post(
    "/v1/disputes/{dispute_id}/outside-result", summary="How it has ended", responses=UNKNOWN
)
async def end_dispute_outside(body: OutsideEndBody, asked: AskedOfDispute) -> DisputeShown:
    """A chargeback that we won brings its money back into the books."""
    outcome = DisputeStatus(body.outcome)
    return await asked.by(
        command.end_dispute_outside, outcome, body.reason, body.on, body.is_compensation_unsent
    )


@routes.post(
    "/v1/disputes/{dispute_id}/compensation", summary="Compensation is paid", responses=UNKNOWN
)
async def perform_dispute(body: PerformedBody, asked: AskedOfDispute) -> DisputeShown:
    """By an order of the bank, without a receipt."""
    return await asked.by(command.perform_dispute, body.reason, body.on)


@routes.post(
    "/v1/disputes/{dispute_id}/correction", summary="Something is put right", responses=UNKNOWN
)
async def correct_dispute(body: ReasonBody, asked: AskedOfDispute) -> DisputeShown:
    """How: the client reads it."""
    return await asked.by(command.correct_dispute, body.reason)
