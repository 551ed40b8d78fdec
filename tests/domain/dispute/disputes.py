"""A dispute of the tests under the policy that the product begins with, and its changes."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Wait
from domain.dispute.case import DecisionFacts, DisputeCase, DisputeTransition, Judged
from domain.dispute.dispute import (
    Demand,
    DisputeChange,
    DisputeKind,
    DisputeStatus,
    DisputeTransitionResult,
)
from domain.dispute.policy import DisputePolicy

S = DisputeStatus
DAY = timedelta(days=1)
AT = datetime(2026, 3, 16, 9, tzinfo=UTC)
"""A Monday, noon by Moscow's clock."""
DOCUMENT = json.loads(
    Path("db/migrations/versions/0049_disputes_policy.json").read_text(encoding="utf-8")
)
POLICY = DisputePolicy.from_document(1, DOCUMENT)
DECIDED = DecisionFacts(
    outcome=S.RESOLVED_CLIENT,
    awarded_kopecks=9_000_00,
    compensation_kopecks=0,
    outside=None,
    kinds=(),
    until_on=None,
    reason="По документам.",
    seen_handed_in=1,
    left_kopecks=9_000_00,
)


def case_in(status: DisputeStatus, **changes: Any) -> DisputeCase:
    """A dispute about 9 000 roubles that came to its status two days ago, its clock as it is kept
    there, waiting for whom the policy says.
    """
    since = AT - 2 * DAY
    rule = POLICY.waits.get(status)
    case = DisputeCase(
        id="dispute-2026-7-1",
        client_id="kim",
        invoice_number="2026-7",
        kind=DisputeKind.OTHER,
        demand=Demand.REFUND,
        demand_kopecks=9_000_00,
        status=status,
        version=6,
        wait=None if rule is None else rule.starting(since, BankCalendar()),
        looks=0,
        found=None,
        found_kopecks=None,
        handed_in=1,
        due_at=AT + 5 * DAY,
        paused_at=since if status is S.COLLECTING else None,
        hastened_at=None,
        decided_by=None,
        awarded_kopecks=0,
        compensation_kopecks=0,
        compensated_on=None,
        refund_id=None,
        taken_back_id=None,
        stage_at=since,
        policy=POLICY,
        calendar=BankCalendar(),
    )
    if status is S.PROPOSAL:
        case = replace(case, wait=Wait(Role.CLIENT, since + 3 * DAY, ends_in=S.RESOLVED_CLIENT))
    return replace(case, **changes)


def change_by(login: str = "ivanova", at: datetime = AT) -> DisputeChange:
    """The next change of a dispute of the tests."""
    return DisputeChange("dispute-2026-7-1", 7, at, login, "5f0a")


def taken(judged: Judged | None) -> DisputeTransition:
    """What is judged to be done; a refusal is a failure of the test."""
    assert isinstance(judged, Transition), judged
    return judged


def refusal_in(judged: Judged) -> str | None:
    """Why it is refused; a refusal says where the dispute is and changes nothing."""
    assert isinstance(judged, DisputeTransitionResult), judged
    assert judged.changes == 6
    return judged.refusal


def columns_of(judged: Judged | None, *names: str) -> Mapping[str, Any]:
    """What is written of these columns; one that is not written is not there."""
    return {name: value for name, value in taken(judged).columns.items() if name in names}


def told(judged: Judged | None) -> set[tuple[str, str]]:
    """Whom it is told, by which letter."""
    return {(one.role, one.template) for one in taken(judged).notices}
