"""What every change of a dispute is made of: a refusal, a move, the clock that stops."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.case.waiting import Wait
from domain.dispute.case import DisputeCase, DisputeTransition, ReturnTakenBack
from domain.dispute.dispute import (
    DISPUTE_ACTIONS,
    ENDED_DISPUTES,
    DisputeAction,
    DisputeChange,
    DisputeRefusal,
    DisputeStatus,
    DisputeTransitionResult,
)
from domain.dispute.notices import BY_STATUS
from domain.notification.notification import Notice


def refusal_of(case: DisputeCase, action: DisputeAction) -> DisputeTransitionResult | None:
    """Why a dispute does not take a command in its status; None where it does."""
    if action in DISPUTE_ACTIONS[case.status]:
        return None
    ended = case.status in ENDED_DISPUTES
    return refused(case, DisputeRefusal.CLOSED if ended else DisputeRefusal.NOT_ALLOWED_IN_STATUS)


def refused(case: DisputeCase, why: DisputeRefusal) -> DisputeTransitionResult:
    """A refusal with where the dispute is."""
    return DisputeTransitionResult(case.status, case.version, case.wait, why)


def stays(
    case: DisputeCase,
    change: DisputeChange,
    columns: Mapping[str, Any],
    told: tuple[Notice, ...],
) -> DisputeTransition:
    """A change that leaves the status; whoever is waited for while it is performed depends on what
    is still to be done.
    """
    wait = case.wait
    if case.status is DisputeStatus.PERFORMING:
        wait = wait_in(case, case.status, case.stage_at)
    return DisputeTransition(
        DisputeTransitionResult(case.status, change.number, wait),
        columns=columns,
        notices=told,
        params=params_of(case, wait),
    )


def moved(
    case: DisputeCase,
    change: DisputeChange,
    status: DisputeStatus,
    *,
    wait: Wait | None = None,
    reason: str | None = None,
    effects: tuple[ReturnTakenBack, ...] = (),
    **columns: Any,
) -> DisputeTransition:
    """A change that leads to a status: its wait is the policy's unless `wait` is given; the clock
    of our answer stands still while papers are collected.
    """
    waiting = wait or wait_in(case, status, change.at)
    entered = {
        "stage_at": change.at,
        "hastened_at": None,
        "paused_at": change.at if status is DisputeStatus.COLLECTING else None,
        "due_at": due_after(case, change.at),
        "closed_at": change.at if status in ENDED_DISPUTES else None,
    }
    return DisputeTransition(
        DisputeTransitionResult(status, change.number, waiting),
        reason=reason,
        columns={**entered, **columns},
        notices=BY_STATUS.get(status, ()),
        params={**params_of(case, waiting), **_said(columns)},
        effects=effects,
    )


def given_up(case: DisputeCase) -> dict[str, Any]:
    """The columns of a dispute that gives nothing any longer; what was compensated stands."""
    nothing: dict[str, Any] = {"awarded_kopecks": 0}
    if case.owes_correction:
        nothing["correction"] = None
    return nothing if case.compensated_on else {**nothing, "compensation_kopecks": 0}


def due_after(case: DisputeCase, at: datetime) -> datetime:
    """When our answer is due once papers are no longer waited for: later by the pause."""
    return case.due_at if case.paused_at is None else case.due_at + (at - case.paused_at)


def wait_in(case: DisputeCase, status: DisputeStatus, at: datetime) -> Wait | None:
    """The wait that begins with a status."""
    if status is DisputeStatus.PROPOSAL:
        until = at + timedelta(days=case.policy.announced_days)
        return Wait(Role.CLIENT, until, ends_in=DisputeStatus.RESOLVED_CLIENT)
    rule = case.policy.waits.get(status)
    if rule is None:
        return None
    wait = rule.starting(at, case.calendar)
    return _while_performed(case, wait, at) if status is DisputeStatus.PERFORMING else wait


def _while_performed(case: DisputeCase, wait: Wait, at: datetime) -> Wait:
    """An accountant pays; what is to be put right is a specialist's; the client sends goods back,
    which the return itself presses for.
    """
    if case.owes_compensation or case.awarded_kopecks > 0:
        return wait
    if case.owes_correction:
        return replace(wait, waiting_for=Role.SPECIALIST)
    if case.return_id is not None:
        return Wait(Role.CLIENT, at + timedelta(days=case.policy.return_days))
    return wait


def until_day(
    case: DisputeCase, status: DisputeStatus, at: datetime, day: date | None
) -> Wait | None:
    """The wait that begins with a status, shortened to a day that somebody else has set."""
    wait = wait_in(case, status, at)
    if wait is None or day is None:
        return wait
    until = max(at, min(wait.until, end_of_moscow_day(day)))
    remind_at = tuple(one for one in wait.remind_at if one < until)
    escalate_at = None if wait.escalate_at is None else min(wait.escalate_at, until)
    return Wait(wait.waiting_for, until, remind_at, escalate_at)


def params_of(case: DisputeCase, wait: Wait | None) -> dict[str, Any]:
    """What the letters of a change say."""
    params: dict[str, Any] = {
        "invoice_number": case.invoice_number,
        "amount_kopecks": case.awarded_kopecks,
        "compensation_kopecks": case.compensation_kopecks,
    }
    return params if wait is None else {**params, "until_at": wait.until.isoformat()}


def _said(columns: Mapping[str, Any]) -> dict[str, Any]:
    names = {"awarded_kopecks": "amount_kopecks", "compensation_kopecks": "compensation_kopecks"}
    return {names[name]: value for name, value in columns.items() if name in names}
