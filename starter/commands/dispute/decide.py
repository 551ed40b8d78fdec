"""What staff decide about a dispute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from db.dispute.reads import DisputeRow
from domain.calendar.bank_calendar import moscow_date
from domain.dispute.dispute import DisputeAction, DisputeStatus, Outside
from domain.dispute.evidence import EvidenceKind
from starter.commands.case_command import case_command
from starter.commands.dispute.case import DisputeCommand
from starter.commands.dispute.compensation import Compensation, counted
from starter.commands.refusal import FieldError, invalid

MAX_DAYS_AHEAD = 365
"""How far ahead a day may be that somebody outside has set."""


@dataclass(frozen=True)
class Verdict:
    """An outcome with its money; `seen_handed_in` is how much of the client its author has read."""

    outcome: DisputeStatus
    reason: str
    seen_handed_in: int
    awarded_kopecks: int = 0
    compensation: Compensation | None = None


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
    _check_verdict(verdict)
    columns: dict[str, Any] = {
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "seen_handed_in": verdict.seen_handed_in,
        "awarded_kopecks": verdict.awarded_kopecks,
    }
    if verdict.compensation is not None:
        columns |= await counted(dispute.services, dispute.case_id, verdict.compensation)
    return await dispute.decided(DisputeAction.DECIDE, **columns)


def _check_verdict(verdict: Verdict) -> None:
    is_rejected = verdict.outcome is DisputeStatus.REJECTED
    gives = verdict.awarded_kopecks > 0 or verdict.compensation is not None
    if is_rejected and gives:
        raise invalid(FieldError("dispute_rejected_with_money", "/awarded"))


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
