"""Judges what people and time do to a dispute: facts in, a transition or a refusal out."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.access.roles import SYSTEM, Role, is_same_person
from domain.case.waiting import Reminder
from domain.dispute import notices
from domain.dispute.case import (
    DecisionFacts,
    DisputeCase,
    DisputeTransition,
    Judged,
    OpeningFacts,
    ReturnTakenBack,
)
from domain.dispute.changing import (
    given_up,
    moved,
    params_of,
    refusal_of,
    refused,
    stays,
    until_day,
    wait_in,
)
from domain.dispute.dispute import (
    DisputeAction,
    DisputeChange,
    DisputeOpening,
    DisputeRefusal,
    DisputeStatus,
    DisputeTransitionResult,
)
from domain.notification.notification import Notice

_BEGUN = frozenset({DisputeStatus.PERFORMING, DisputeStatus.OUTSIDE})
"""Where a refund that is named has begun and has not failed."""


def opened(opening: DisputeOpening, facts: OpeningFacts) -> DisputeTransition:
    """A new dispute: our clock begins to run."""
    due = opening.at + timedelta(days=facts.policy.answer_days)
    params: dict[str, Any] = {
        "invoice_number": opening.request.invoice_number,
        "until_at": due.isoformat(),
    }
    return DisputeTransition(
        DisputeTransitionResult(DisputeStatus.OPENED, 1),
        columns={
            "kind": facts.kind,
            "demand_kopecks": facts.demand_kopecks,
            "policy_version": facts.policy.version,
            "due_at": due,
            "stage_at": opening.at,
        },
        notices=(notices.OPENED,),
        params=params,
    )


def reply(case: DisputeCase, change: DisputeChange) -> Judged:
    """The client writes, perhaps with papers; a reply stops what was announced."""
    refusal = refusal_of(case, DisputeAction.REPLY)
    if refusal is not None:
        return refusal
    handed_in = case.handed_in + 1
    if case.status is DisputeStatus.PROPOSAL:
        return moved(case, change, DisputeStatus.REVIEW, handed_in=handed_in, awarded_kopecks=0)
    return stays(case, change, {"handed_in": handed_in}, _told_of_reply(case))


def _told_of_reply(case: DisputeCase) -> tuple[Notice, ...]:
    """Whoever of ours is waited for; a specialist, of what a client writes after a rejection."""
    wait = case.wait
    if wait is None or case.status in (DisputeStatus.COLLECTING, DisputeStatus.CHECKING):
        return ()
    is_clients = wait.waiting_for is Role.CLIENT
    return (notices.replied(Role.SPECIALIST if is_clients else wait.waiting_for),)


def submit(case: DisputeCase, change: DisputeChange) -> Judged:
    """The client has handed in what it has: our clock runs again."""
    refusal = refusal_of(case, DisputeAction.SUBMIT)
    if refusal is not None:
        return refusal
    return moved(case, change, DisputeStatus.REVIEW, handed_in=case.handed_in + 1)


def hasten(case: DisputeCase, change: DisputeChange) -> Judged:
    """«Ускорить»: the operators are told that the client presses, once a stage."""
    refusal = refusal_of(case, DisputeAction.HASTEN)
    if refusal is not None:
        return refusal
    if case.hastened_at is not None:
        return refused(case, DisputeRefusal.HASTENED)
    return stays(case, change, {"hastened_at": change.at}, (notices.HASTENED,))


def appeal(case: DisputeCase, change: DisputeChange) -> Judged:
    """The client objects to a rejection: another person decides."""
    refusal = refusal_of(case, DisputeAction.APPEAL)
    if refusal is not None:
        return refusal
    return moved(case, change, DisputeStatus.APPEALED, handed_in=case.handed_in + 1)


def withdraw(case: DisputeCase, change: DisputeChange) -> Judged:
    """The client takes the dispute back."""
    refusal = refusal_of(case, DisputeAction.WITHDRAW)
    if refusal is not None:
        return refusal
    return moved(case, change, DisputeStatus.WITHDRAWN, **given_up(case))


def answer(case: DisputeCase, change: DisputeChange) -> Judged:
    """We write to the client; that too stops what was announced."""
    refusal = refusal_of(case, DisputeAction.ANSWER)
    if refusal is not None:
        return refusal
    if case.status is DisputeStatus.PROPOSAL:
        stopped = moved(case, change, DisputeStatus.REVIEW, awarded_kopecks=0)
        return replace(stopped, notices=(*stopped.notices, notices.ANSWERED))
    return stays(case, change, {}, (notices.ANSWERED,))


def ask_papers(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """The client is asked for papers: our clock stands still."""
    refusal = refusal_of(case, DisputeAction.ASK_PAPERS)
    if refusal is not None:
        return refusal
    return moved(case, change, DisputeStatus.COLLECTING, reason=decision.reason)


def decide(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """Somebody decides, knowing all that the client handed in; what was decided and objected to,
    another person, also after it was sent back. What is above the limit waits for an accountant.

    A compensation that was paid stands: it is not decided again.
    """
    refusal = refusal_of(case, DisputeAction.DECIDE) or _wrong_decision(case, change, decision)
    if refusal is not None:
        return refusal
    if decision.outcome is None:
        raise ValueError("a decision has an outcome")
    above = decision.gives_kopecks > case.policy.approval_limit_kopecks
    columns: dict[str, Any] = {
        "decision_id": change.submission_id,
        "decided_by": change.by,
        "awarded_kopecks": decision.awarded_kopecks,
        "correction": decision.correction,
        "corrected_at": None,
    }
    if case.compensated_on is None:
        columns["compensation_kopecks"] = decision.compensation_kopecks
    status = DisputeStatus.AWAITING_APPROVAL if above else decision.outcome
    return moved(case, change, status, reason=decision.reason, **columns)


def _wrong_decision(
    case: DisputeCase, change: DisputeChange, decision: DecisionFacts
) -> DisputeTransitionResult | None:
    if decision.seen_handed_in != case.handed_in:
        return refused(case, DisputeRefusal.HANDED_IN_MEANWHILE)
    before = (case.decided_by, decision.objected_to)
    if any(who is not None and is_same_person(who, change.by) for who in before):
        return refused(case, DisputeRefusal.SAME_PERSON)
    if case.compensated_on is not None and decision.compensation_kopecks > 0:
        return refused(case, DisputeRefusal.NOT_ALLOWED_IN_STATUS)
    if decision.awarded_kopecks > decision.left_kopecks:
        return refused(case, DisputeRefusal.AWARD_ABOVE_PAID)
    return None


def approve(case: DisputeCase, change: DisputeChange, decided: DecisionFacts) -> Judged:
    """Another person lets a decision stand."""
    refusal = refusal_of(case, DisputeAction.APPROVE)
    if refusal is not None:
        return refusal
    if case.decided_by is None or is_same_person(case.decided_by, change.by):
        return refused(case, DisputeRefusal.SAME_PERSON)
    if decided.outcome is None:
        raise ValueError("a decision has an outcome")
    return moved(case, change, decided.outcome, reason=decided.reason)


def send_back(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """An accountant does not let a decision stand: it is decided anew."""
    refusal = refusal_of(case, DisputeAction.SEND_BACK)
    if refusal is not None:
        return refusal
    columns = {**given_up(case), "decided_by": None}
    return moved(case, change, DisputeStatus.REVIEW, reason=decision.reason, **columns)


def receive_claim(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """A pre-trial claim of the client has come: it is answered by the day that was named."""
    refusal = refusal_of(case, DisputeAction.RECEIVE_CLAIM)
    if refusal is not None:
        return refusal
    status = DisputeStatus.CLAIM_RECEIVED
    wait = until_day(case, status, change.at, decision.until_on)
    return moved(case, change, status, wait=wait, reason=decision.reason)


def go_outside(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """A bank, an authority or a court decides; its day counts where it is the earlier one. What
    was only proposed falls; a refund that has begun goes on, and a compensation that was being paid
    stays owed. A dispute that is about a chargeback stays about it when another one comes, and its
    own day is kept where it is the earlier one.
    """
    refusal = refusal_of(case, DisputeAction.GO_OUTSIDE)
    if refusal is not None:
        return refusal
    wait = until_day(case, DisputeStatus.OUTSIDE, change.at, decision.until_on)
    is_another = case.taken_back_id is not None and decision.taken_back_id is not None
    if is_another and case.wait is not None and wait is not None and case.wait.until < wait.until:
        wait = case.wait
    columns: dict[str, Any] = {**given_up(case), "outside": decision.outside}
    if case.status in _BEGUN:
        columns.pop("compensation_kopecks", None)
    if case.refund_id is not None and case.status in _BEGUN:
        del columns["awarded_kopecks"]
    if decision.taken_back_id is not None and not is_another:
        columns["taken_back_id"] = decision.taken_back_id
    return moved(case, change, DisputeStatus.OUTSIDE, wait=wait, reason=decision.reason, **columns)


def end_outside(case: DisputeCase, change: DisputeChange, decision: DecisionFacts) -> Judged:
    """How the procedure outside has ended; of a compensation that was being paid an accountant has
    said first whether it has left.
    """
    refusal = refusal_of(case, DisputeAction.END_OUTSIDE)
    if refusal is not None:
        return refusal
    if decision.outcome is None:
        raise ValueError("a procedure has ended somehow")
    if case.owes_compensation and not decision.is_compensation_unsent:
        return refused(case, DisputeRefusal.COMPENSATION_OPEN)
    freed: dict[str, Any] = {"compensation_kopecks": 0} if case.owes_compensation else {}
    effects: tuple[ReturnTakenBack, ...] = ()
    is_won = decision.outcome is DisputeStatus.WON
    if is_won and case.taken_back_id is not None and decision.until_on is not None:
        effects = (ReturnTakenBack(case.taken_back_id, decision.until_on, decision.reason),)
    return moved(case, change, decision.outcome, reason=decision.reason, effects=effects, **freed)


def closed(case: DisputeCase, change: DisputeChange) -> DisputeTransition | None:
    """A procedure outside that has ended closes the dispute."""
    ended = (DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.SETTLED)
    return moved(case, change, DisputeStatus.CLOSED) if case.status in ended else None


def lapse(case: DisputeCase, change: DisputeChange) -> DisputeTransition | None:
    """A wait ends by itself; None while none has ended."""
    wait = case.wait
    if wait is None or wait.ends_in is None or change.at < wait.until:
        return None
    if case.status is DisputeStatus.CHECKING:
        return None
    by: dict[str, Any] = {"decided_by": SYSTEM} if case.status is DisputeStatus.PROPOSAL else {}
    return moved(case, change, DisputeStatus(wait.ends_in), **by)


def move_deadline(case: DisputeCase, change: DisputeChange) -> DisputeTransition | None:
    """Computes the open wait again by the present calendar; None when nothing moves."""
    wait = case.wait
    if wait is None or case.status in (DisputeStatus.OUTSIDE, DisputeStatus.CLAIM_RECEIVED):
        return None
    anew = wait_in(case, case.status, case.stage_at)
    if anew is None or anew.until == wait.until:
        return None
    return DisputeTransition(
        DisputeTransitionResult(case.status, change.number, anew),
        reason="calendar",
        params=params_of(case, anew),
    )


def reminded(reminder: Reminder, case: DisputeCase) -> tuple[Notice, dict[str, Any]] | None:
    """The notice of a wait that goes on; None for one that has ended meanwhile."""
    if case.wait is None or case.wait.until != reminder.until:
        return None
    return notices.reminder_of(reminder), params_of(case, case.wait)
