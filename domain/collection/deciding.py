"""Judges what clients and staff do to an unpaid order. Money that is stored refuses all of it."""

from dataclasses import replace
from datetime import timedelta

from domain.access.roles import Role
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.case.waiting import Wait
from domain.collection import notices
from domain.collection.case import (
    CollectionCase,
    Counted,
    DebtFacts,
    Decided,
    Judged,
    LeaveOutOfLetters,
)
from domain.collection.changing import (
    claim_columns,
    claim_wait,
    following,
    lawyers_days,
    lawyers_wait,
    moved,
    next_days,
    next_wait,
    promise_wait,
    refusal_of,
    refused,
    stays,
    to_lawyer,
)
from domain.collection.collection import (
    CollectionAction,
    CollectionChange,
    CollectionRefusal,
    CollectionStatus,
    CourtKind,
    Reason,
)
from domain.collection.leaving import NotSent
from domain.collection.policy import Tone
from domain.collection.transitions import written_letter
from domain.compensation.legal_deadline import suit_from
from domain.text import compared

OF_STAFF = frozenset({Reason.FAILED, Reason.UNWANTED, Reason.DISAGREE})
"""Reasons of a client that somebody of ours has to see to."""


def give_reason(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """The client says why the order is not paid: it has time by the reason, and what needs a person
    is told to one. Until the next letter the days of all its reasons count from the first: saying
    one again wins no more time.
    """
    refusal = refusal_of(case, CollectionAction.GIVE_REASON, facts)
    if refusal is not None:
        return refusal
    if decided.answer is None:
        raise ValueError("a reason is one of a list")
    days = Counted(decided.asked_since or change.at, case.policy.answers[decided.answer])
    whom = Role.ACCOUNTANT if decided.answer in OF_STAFF else Role.CLIENT
    whom = Role.BANK if decided.answer is Reason.PAID else whom
    wait, counted = _not_sooner(case, days, whom)
    return stays(
        case,
        change,
        wait,
        counted=counted,
        columns={"answer": decided.answer, "answered_at": change.at},
        told=(notices.SAID,) if decided.answer in OF_STAFF else (),
        params={"collection_reason": decided.answer},
        reason=decided.reason,
    )


def promise(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """The client names a day on which it pays; nobody writes to it before."""
    refusal = refusal_of(case, CollectionAction.PROMISE, facts)
    if refusal is not None:
        return refusal
    if case.promises >= case.policy.promises:
        return refused(case, CollectionRefusal.PROMISES_SPENT)
    today, day = moscow_date(change.at), decided.day
    if day is None or not today <= day <= today + timedelta(days=case.policy.promise_days):
        return refused(case, CollectionRefusal.PROMISE_DAY)
    wait = promise_wait(case, day, _after_promise(case))
    return moved(
        case,
        change,
        CollectionStatus.PROMISED,
        wait,
        columns={"promised_on": day, "promises": case.promises + 1},
        told=(notices.PROMISED,),
        params={"promised_on": day.isoformat()},
        reason=decided.reason,
        effects=(LeaveOutOfLetters(case.id, NotSent.PROMISED),),
    )


def pause(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """Nobody writes to the client until a day; the ladder goes on then."""
    refusal = refusal_of(case, CollectionAction.PAUSE, facts)
    if refusal is not None:
        return refusal
    today, day = moscow_date(change.at), decided.day
    if day is None or not today < day <= today + timedelta(days=case.policy.pause_days):
        return refused(case, CollectionRefusal.PAUSE_DAY)
    begins = Counted(end_of_moscow_day(day - timedelta(days=1)), 0)
    wait, counted = _not_sooner(case, begins, Role.CLIENT)
    effects = (LeaveOutOfLetters(case.id, NotSent.PAUSED),)
    return stays(case, change, wait, counted=counted, reason=decided.reason, effects=effects)


def send_claim(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """A person sends the claim, which is a letter of the day like any other."""
    refusal = refusal_of(case, CollectionAction.SEND_CLAIM, facts)
    if refusal is not None:
        return refusal
    if case.claim_sent_on is not None:
        return refused(case, CollectionRefusal.CLAIM_SENT)
    if facts.of(case.id).is_disputed:
        return refused(case, CollectionRefusal.DISPUTED)
    if facts.letter is not None or facts.is_contacted:
        return refused(case, CollectionRefusal.CONTACTED_TODAY)
    if not case.policy.may_contact(change.at, case.zone, case.calendar):
        return refused(case, CollectionRefusal.QUIET_HOURS)
    day = moscow_date(change.at)
    letter = written_letter(case, change, facts, Tone.CLAIM, frozenset({case.id}))
    return moved(
        case,
        change,
        CollectionStatus.CLAIM_SENT,
        claim_wait(day, facts.rules),
        columns=claim_columns(case, day, facts.rules),
        reason=decided.reason,
        effects=(letter,),
    )


def hand_to_lawyer(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """The lawyer sees to it from here on."""
    refusal = refusal_of(case, CollectionAction.TO_LAWYER, facts)
    return refusal or to_lawyer(case, change, decided.reason or "")


def take_back(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """The lawyer hands the debt back: the ladder goes on where it stood; after a claim its days do,
    and then the lawyer has the debt again.
    """
    refusal = refusal_of(case, CollectionAction.FROM_LAWYER, facts)
    if refusal is not None:
        return refusal
    sent, counted = case.claim_sent_on, None
    if sent is None or (wait := claim_wait(sent, facts.rules)).until <= change.at:
        counted = next_days(case, change.at, case.rung)
        wait = next_wait(case, counted, case.rung)
    return moved(
        case,
        change,
        _stood(case),
        wait,
        counted=counted,
        told=(notices.RETURNED,),
        reason=decided.reason,
    )


def record_court(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """A court was asked; a suit has to wait for the end of the claim's days."""
    refusal = refusal_of(case, CollectionAction.RECORD_COURT, facts)
    if refusal is not None:
        return refusal
    if decided.court is CourtKind.SUIT:
        sent = case.claim_sent_on
        if sent is None or decided.day is None or decided.day < suit_from(sent, facts.rules).day:
            return refused(case, CollectionRefusal.SUIT_TOO_EARLY)
    counted = lawyers_days(case, change.at)
    wait = lawyers_wait(case, counted)
    return stays(case, change, wait, counted=counted, reason=decided.reason)


def settle(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """The parties have agreed otherwise: by an offset, a court, a settlement."""
    refusal = refusal_of(case, CollectionAction.SETTLE, facts)
    return refusal or moved(case, change, CollectionStatus.SETTLED, None, reason=decided.reason)


def cancel(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """Nothing is owed after all: the order was not to be paid."""
    refusal = refusal_of(case, CollectionAction.CANCEL, facts)
    return refusal or moved(case, change, CollectionStatus.CANCELLED, None, reason=decided.reason)


def propose_write_off(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """One proposes to write the debt off; the case goes on until another confirms."""
    refusal = refusal_of(case, CollectionAction.PROPOSE_WRITE_OFF, facts)
    if refusal is not None:
        return refusal
    if case.write_off_by is not None:
        return refused(case, CollectionRefusal.WRITE_OFF_PROPOSED)
    return stays(
        case,
        change,
        case.wait,
        counted=case.counted,
        columns={"write_off_by": change.by},
        told=(notices.WRITE_OFF_PROPOSED,),
        params={"amount_kopecks": facts.of(case.id).debt_kopecks},
        reason=decided.reason,
    )


def confirm_write_off(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """Another person confirms: nobody writes off what it alone wants to."""
    refusal = refusal_of(case, CollectionAction.CONFIRM_WRITE_OFF, facts)
    if refusal is not None:
        return refusal
    if case.write_off_by is None:
        return refused(case, CollectionRefusal.WRITE_OFF_NOT_PROPOSED)
    if compared(case.write_off_by) == compared(change.by):
        return refused(case, CollectionRefusal.WRITE_OFF_BY_ONE)
    columns = {"written_off_by": change.by}
    status = CollectionStatus.WRITTEN_OFF
    return moved(case, change, status, None, columns=columns, reason=decided.reason)


def decline_write_off(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts, decided: Decided
) -> Judged:
    """The proposal is taken back, by whoever made it or by another."""
    refusal = refusal_of(case, CollectionAction.DECLINE_WRITE_OFF, facts)
    if refusal is not None:
        return refusal
    if case.write_off_by is None:
        return refused(case, CollectionRefusal.WRITE_OFF_NOT_PROPOSED)
    return stays(
        case,
        change,
        case.wait,
        counted=case.counted,
        columns={"write_off_by": None},
        reason=decided.reason,
    )


def _after_promise(case: CollectionCase) -> CollectionStatus:
    """Where a broken promise leads: whatever would have been next, also after another promise."""
    is_legal = case.wait is not None and case.wait.ends_in == CollectionStatus.LEGAL
    if is_legal or case.status is CollectionStatus.LEGAL:
        return CollectionStatus.LEGAL
    return following(case, case.rung)


def _stood(case: CollectionCase) -> CollectionStatus:
    """Where the ladder stands by what its client was last written; before any letter, where the
    money is looked for.
    """
    if case.claim_sent_on is not None:
        return CollectionStatus.CLAIM_SENT
    written = case.policy.ladder[: case.rung]
    return written[-1].tone.status if written else CollectionStatus.CHECKING


def _not_sooner(case: CollectionCase, counted: Counted, whom: Role) -> tuple[Wait, Counted | None]:
    """The open wait, no sooner over than some bank days from now; and what it is counted from."""
    if case.wait is None:
        raise ValueError("a case that goes on waits for somebody")
    until = case.contact_at(counted)
    if until <= case.wait.until:
        return replace(case.wait, waiting_for=whom), case.counted
    return replace(case.wait, until=until, waiting_for=whom), counted
