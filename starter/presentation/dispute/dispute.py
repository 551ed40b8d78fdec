"""A dispute and its thread, as a caller sees them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from pydantic import Field

from db.dispute.reads import ChangeRow, DisputeRow
from db.dispute.told import is_of_client, is_unapproved, told_reason
from db.goods_return.pieces import SoldLineRow
from domain.access.roles import Role
from domain.dispute.dispute import (
    DISPUTE_ACTIONS,
    Demand,
    DisputeAction,
    DisputeKind,
    DisputeStatus,
    Outside,
)
from starter.access import roles_of
from starter.caller import Caller
from starter.presentation.models import Roubles, Shown
from texts import Language, translate

COMMANDS: Mapping[DisputeAction, str] = MappingProxyType(
    {
        DisputeAction.REPLY: "reply_to_dispute",
        DisputeAction.SUBMIT: "submit_dispute",
        DisputeAction.HASTEN: "hasten_dispute",
        DisputeAction.APPEAL: "appeal_dispute",
        DisputeAction.WITHDRAW: "withdraw_dispute",
        DisputeAction.ANSWER: "answer_dispute",
        DisputeAction.ASK_PAPERS: "ask_dispute_papers",
        DisputeAction.DECIDE: "decide_dispute",
        DisputeAction.APPROVE: "approve_dispute",
        DisputeAction.SEND_BACK: "send_dispute_back",
        DisputeAction.RECEIVE_CLAIM: "receive_dispute_claim",
        DisputeAction.GO_OUTSIDE: "take_dispute_outside",
        DisputeAction.END_OUTSIDE: "end_dispute_outside",
        DisputeAction.PERFORM: "perform_dispute",
        DisputeAction.CORRECT: "correct_dispute",
    }
)
"""The command of each action: its roles say who may take it."""


_GIVES = frozenset(
    {
        *(DisputeStatus.AWAITING_APPROVAL, DisputeStatus.RESOLVED_CLIENT),
        *(DisputeStatus.RESOLVED_PARTLY, DisputeStatus.PERFORMING),
    }
)
"""Where the last decision stands, or is to be approved."""


class DisputeShown(Shown):
    """A dispute: the seven parts of its complaint, what was found, whom it waits for, what came of
    it. `decided_by` is shown to staff only, and so is a sum that nobody has approved yet.
    """

    id: str
    invoice_number: str
    ordinal: int
    client_id: str
    client_name: str
    kind: DisputeKind
    kind_title: str
    status: DisputeStatus
    title: str
    actions: Sequence[DisputeAction]
    issued_on: date = Field(description="The day of the order.")
    happened_on: date
    problem: str
    proof: str
    steps: str
    demand: Demand
    demand_title: str
    demand_amount: Roubles | None
    answer_by: date
    found: str | None
    found_amount: Roubles | None
    handed_in: int = Field(description="How much the client has handed in; a decision names it.")
    due_at: datetime = Field(description="When our answer is due; stands still for papers.")
    paused_at: datetime | None
    hastened_at: datetime | None
    decided_by: str | None
    awarded: Roubles
    compensation: Roubles
    compensated_on: date | None
    refund_id: str | None
    return_id: str | None = Field(description="The return of goods that was decided.")
    returned_amount: Roubles = Field(
        description="What the goods cost that come back by the decision."
    )
    correction: str | None = Field(description="What is to be put right, by the decision.")
    corrected_at: datetime | None
    outside: Outside | None
    waiting_for: Role | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None


class DisputeChangeShown(Shown):
    """A change: a message, a decision, or where the dispute went by itself. A client reads no login
    of ours, and no reason that one of ours gave another.
    """

    number: int
    status: DisputeStatus
    title: str
    at: datetime
    is_ours: bool
    by: str | None
    text: str | None
    reason: str | None
    action: DisputeAction | None
    kinds: Sequence[str] = ()


def dispute_shown(row: DisputeRow, caller: Caller, language: Language) -> DisputeShown:
    """A dispute as its client or as staff read it."""
    is_client = caller.role is Role.CLIENT
    hides_money = is_client and is_unapproved(row.status)
    return DisputeShown(
        id=row.id,
        invoice_number=row.invoice_number,
        ordinal=row.ordinal,
        client_id=row.client_id,
        client_name=row.client_name,
        kind=DisputeKind(row.kind),
        kind_title=translate(f"dispute.kind.{row.kind}", language),
        status=DisputeStatus(row.status),
        title=status_title(row.status, language, is_client=is_client),
        actions=actions_of(row, caller),
        issued_on=row.issued_on,
        happened_on=row.happened_on,
        problem=row.problem,
        proof=row.proof,
        steps=row.steps,
        demand=Demand(row.demand),
        demand_title=translate(f"dispute.demand.{row.demand}", language),
        demand_amount=row.demand_kopecks,
        answer_by=row.answer_by,
        found=None if row.found is None else translate(f"dispute.found.{row.found}", language),
        found_amount=row.found_kopecks,
        handed_in=row.handed_in,
        due_at=row.due_at,
        paused_at=row.paused_at,
        hastened_at=row.hastened_at,
        decided_by=None if is_client else row.decided_by,
        awarded=0 if hides_money else row.awarded_kopecks,
        compensation=0 if hides_money else row.compensation_kopecks,
        compensated_on=row.compensated_on,
        refund_id=row.refund_id,
        return_id=row.return_id,
        returned_amount=0 if hides_money else returned_kopecks(row),
        correction=row.correction,
        corrected_at=row.corrected_at,
        outside=None if row.outside is None else Outside(row.outside),
        waiting_for=None if row.waiting_for is None else Role(row.waiting_for),
        wait_until=row.wait_until,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
    )


def returned_kopecks(row: DisputeRow) -> int:
    """What the goods cost that come back by the decision that stands, or is to be approved."""
    return row.returned_kopecks if row.status in _GIVES else 0


def coming_back(row: DisputeRow, sold: Sequence[SoldLineRow]) -> list[tuple[str, int]]:
    """These goods: the title and the pieces of each line."""
    if row.returned is None or row.status not in _GIVES:
        return []
    titles = {line.line_no: line.title for line in sold}
    return [(titles[one["line_no"]], one["pieces"]) for one in row.returned]


def status_title(status: str, language: Language, *, is_client: bool) -> str:
    """A status in the words of whoever reads it."""
    words = "status" if is_client else "staff_status"
    return translate(f"dispute.{words}.{status}", language)


def actions_of(row: DisputeRow, caller: Caller) -> list[DisputeAction]:
    """What the caller may do with a dispute now."""
    return [one for one in allowed_of(row) if caller.role in roles_of(COMMANDS[one])]


def allowed_of(row: DisputeRow) -> list[DisputeAction]:
    """What a dispute takes now, of whoever may."""
    owes = row.compensation_kopecks > 0 and row.compensated_on is None
    never = set[DisputeAction]()
    if row.hastened_at is not None:
        never.add(DisputeAction.HASTEN)
    if not owes:
        never.add(DisputeAction.PERFORM)
    if row.correction is None or row.corrected_at is not None:
        never.add(DisputeAction.CORRECT)
    taken = DISPUTE_ACTIONS[DisputeStatus(row.status)]
    return [one for one in COMMANDS if one in taken and one not in never]


def change_shown(row: ChangeRow, caller: Caller, language: Language) -> DisputeChangeShown:
    """A change of a dispute as its client or as staff read it."""
    is_client = caller.role is Role.CLIENT
    is_ours = row.is_ours if row.is_ours is not None else row.action is not None
    return DisputeChangeShown(
        number=row.number,
        status=DisputeStatus(row.to_status),
        title=status_title(row.to_status, language, is_client=is_client),
        at=row.at,
        is_ours=is_ours,
        by=row.by if not is_client or is_of_client(row) else None,
        text=row.text,
        reason=told_reason(row) if is_client else row.decision_reason,
        action=None if row.action is None else DisputeAction(row.action),
        kinds=[translate(f"dispute.evidence.{kind}", language) for kind in row.kinds or ()],
    )
