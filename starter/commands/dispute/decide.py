"""What staff decide about a dispute."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from db.dispute.reads import DisputeRow
from domain.calendar.bank_calendar import moscow_date
from domain.dispute.dispute import Demand, DisputeAction, DisputeStatus, Outside
from domain.dispute.evidence import EvidenceKind
from domain.goods_return.case import AskedPieces
from domain.goods_return.goods_return import Ground
from domain.goods_return.opening import refusal_of, worth
from starter.commands.case_command import case_command
from starter.commands.dispute.case import DisputeCommand
from starter.commands.dispute.compensation import Compensation, counted
from starter.commands.refusal import FieldError, invalid, not_found
from starter.commands.returnable import asked_of, refused

MAX_DAYS_AHEAD = 365
"""How far ahead a day may be that somebody outside has set."""


@dataclass(frozen=True)
class Returned:
    """Pieces of the order that come back, and why."""

    ground: Ground
    lines: tuple[AskedPieces, ...]


@dataclass(frozen=True)
class Verdict:
    """An outcome with its money; `seen_handed_in` is how much of the client its author has read.

    `goods` come back, by a return that decides their money; `correction` says what is to be put
    right.
    """

    outcome: DisputeStatus
    reason: str
    seen_handed_in: int
    awarded_kopecks: int = 0
    compensation: Compensation | None = None
    goods: Returned | None = None
    correction: str | None = None

    @property
    def gives(self) -> bool:
        """Whether anything is done by it."""
        done = (self.awarded_kopecks or None, self.compensation, self.goods, self.correction)
        return any(one is not None for one in done)


@case_command(DisputeCommand)
async def ask_dispute_papers(
    dispute: DisputeCommand, kinds: Sequence[EvidenceKind], reason: str
) -> DisputeRow:
    """Asks the client for papers: our clock stands still."""
    return await dispute.decided(
        DisputeAction.ASK_PAPERS, kinds=[kind.value for kind in kinds], reason=reason
    )


@case_command(DisputeCommand)
async def decide_dispute(dispute: DisputeCommand, verdict: Verdict) -> DisputeRow:
    """Decides; above the limit another person has to approve."""
    row = await dispute.found()
    _check_verdict(row, verdict)
    columns: dict[str, Any] = {
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "seen_handed_in": verdict.seen_handed_in,
        "awarded_kopecks": verdict.awarded_kopecks,
        "correction": verdict.correction,
    }
    if verdict.goods is not None:
        columns |= await _returned(dispute, row, verdict.goods)
    if verdict.compensation is not None:
        columns |= await counted(dispute.services, dispute.case_id, verdict.compensation)
    return await dispute.decided(DisputeAction.DECIDE, **columns)


def _check_verdict(row: DisputeRow, verdict: Verdict) -> None:
    if verdict.outcome is DisputeStatus.REJECTED and verdict.gives:
        raise invalid(FieldError("dispute_rejected_with_money", "/awarded"))
    if verdict.goods is not None and verdict.awarded_kopecks > 0:
        raise invalid(FieldError("dispute_return_with_award", "/awarded"))
    is_to_be_done = row.demand != Demand.EXPLANATION and row.compensated_on is None
    is_for_client = verdict.outcome is DisputeStatus.RESOLVED_CLIENT
    if is_for_client and is_to_be_done and not verdict.gives:
        raise invalid(FieldError("dispute_gives_nothing", "/outcome"))


async def _returned(dispute: DisputeCommand, row: DisputeRow, goods: Returned) -> dict[str, Any]:
    """The columns of goods that come back, with what they cost; refuses what cannot come back. The
    return itself checks again when it opens.
    """
    database = dispute.services.database
    facts = await asked_of(database, row.invoice_number, goods.ground, goods.lines)
    if facts is None:
        raise not_found()
    code = refusal_of(facts)
    if code is not None:
        raise refused(code, "/goods")
    return {
        "ground": goods.ground,
        "returned": [asdict(one) for one in goods.lines],
        "returned_kopecks": worth(facts),
    }


@case_command(DisputeCommand)
async def approve_dispute(dispute: DisputeCommand) -> DisputeRow:
    """Lets somebody else's decision stand."""
    return await dispute.alone(DisputeAction.APPROVE)


@case_command(DisputeCommand)
async def send_dispute_back(dispute: DisputeCommand, reason: str) -> DisputeRow:
    """Has a dispute decided anew."""
    return await dispute.decided(DisputeAction.SEND_BACK, reason=reason)


@case_command(DisputeCommand)
async def receive_dispute_claim(
    dispute: DisputeCommand, reason: str, until_on: date | None
) -> DisputeRow:
    """Records a pre-trial claim, and the day by which it has to be answered if it names one."""
    _check_ahead(until_on)
    return await dispute.decided(DisputeAction.RECEIVE_CLAIM, reason=reason, until_on=until_on)


@case_command(DisputeCommand)
async def take_dispute_outside(
    dispute: DisputeCommand, outside: Outside, reason: str, until_on: date | None
) -> DisputeRow:
    """Records that a bank, an authority or a court decides, and its deadline if it has set one."""
    _check_ahead(until_on)
    return await dispute.decided(
        DisputeAction.GO_OUTSIDE, outside=outside, reason=reason, until_on=until_on
    )


@case_command(DisputeCommand)
async def end_dispute_outside(
    dispute: DisputeCommand,
    outcome: DisputeStatus,
    reason: str,
    on: date,
    is_compensation_unsent: bool = False,
) -> DisputeRow:
    """Records how the procedure outside has ended, and on which day; a chargeback that was won
    brings its money back into the books. A compensation that is not recorded as paid is given up
    only where it is said that it was never sent.
    """
    _check_past(on)
    return await dispute.decided(
        DisputeAction.END_OUTSIDE,
        outcome=outcome,
        reason=reason,
        until_on=on,
        is_compensation_unsent=is_compensation_unsent,
    )


@case_command(DisputeCommand)
async def perform_dispute(dispute: DisputeCommand, reason: str, on: date) -> DisputeRow:
    """Records that the compensation was paid, by which order and on which day."""
    _check_past(on)
    return await dispute.decided(DisputeAction.PERFORM, reason=reason, until_on=on)


@case_command(DisputeCommand)
async def correct_dispute(dispute: DisputeCommand, reason: str) -> DisputeRow:
    """Records how what was wrong has been put right; the client reads it."""
    return await dispute.decided(DisputeAction.CORRECT, reason=reason)


def _check_ahead(day: date | None) -> None:
    if day is None:
        return
    ahead = (day - moscow_date(datetime.now(UTC))).days
    if not 0 <= ahead <= MAX_DAYS_AHEAD:
        params = {"days": MAX_DAYS_AHEAD}
        raise invalid(FieldError("dispute_answer_day", "/until", params=params))


def _check_past(day: date) -> None:
    if day > moscow_date(datetime.now(UTC)):
        raise invalid(FieldError("dispute_day_ahead", "/on"))
