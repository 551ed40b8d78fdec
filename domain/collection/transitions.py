"""Judges what time and money do to an unpaid order: facts in, a transition or None out."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from domain.access.roles import Role
from domain.billing.payment_check import AcquirerAnswer
from domain.calendar.bank_calendar import MOSCOW, ONE_DAY, moscow_date
from domain.case.waiting import Reminder, Wait
from domain.collection import notices
from domain.collection.case import (
    CollectionCase,
    CollectionEffect,
    CollectionTransition,
    Counted,
    DebtFacts,
    Letter,
    OpeningFacts,
    OwedInvoice,
)
from domain.collection.changing import (
    by_money,
    claim_columns,
    claim_wait,
    client_wait,
    lawyers_wait,
    looked,
    moved,
    next_days,
    next_wait,
    promise_wait,
    stays,
    to_lawyer,
)
from domain.collection.collection import (
    CollectionChange,
    CollectionOpening,
    CollectionStatus,
    CollectionTransitionResult,
    invoice_of,
)
from domain.collection.letters import letter_of
from domain.collection.policy import Tone
from domain.collection.unsent import by_unsent
from domain.compensation.legal_deadline import limitation_ends
from domain.notification.notification import Notice

DISPUTED = "disputed"
"""Why a case stands whose order is disputed: it goes on where it stood on the first bank day after
the dispute.
"""
CALENDAR = "calendar"
"""Why a wait moves: its bank days are others now."""
SILENT_PAUSE = timedelta(hours=1)
"""How long nobody is written to after the acquirer was silent: it may have the money."""


def opened(opening: CollectionOpening, facts: OpeningFacts) -> CollectionTransition:
    """A new case: the money is looked for soon, before anybody is written to."""
    until = opening.at + timedelta(minutes=facts.policy.looks_after_minutes[0])
    wait = client_wait(until, CollectionStatus.CHECKING)
    return CollectionTransition(
        CollectionTransitionResult(CollectionStatus.DUE, 1, wait),
        columns={
            "policy_version": facts.policy.version,
            "due_on": facts.due_on,
            "limitation_on": limitation_ends(facts.due_on, facts.rules, claim_sent=False).day,
        },
    )


def reopened(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts
) -> CollectionTransition | None:
    """A paid order whose payment was taken back is due again, without what was said of it before;
    None while it is paid.
    """
    if case.status is not CollectionStatus.PAID or facts.of(case.id).debt_kopecks == 0:
        return None
    until = change.at + timedelta(minutes=case.policy.looks_after_minutes[0])
    columns = {"closed_at": None, "looks": 0, "rung": 0, "promises": 0, "write_off_by": None}
    wait = client_wait(until, CollectionStatus.CHECKING)
    return moved(case, change, CollectionStatus.DUE, wait, columns=columns, reason="reversed")


def recheck(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts
) -> CollectionTransition | None:
    """Money or the invoice has changed, or a letter has not left; None while all is as before."""
    return by_money(case, change, facts) or by_unsent(case, change, facts)


def advance(
    case: CollectionCase, change: CollectionChange, facts: DebtFacts
) -> CollectionTransition | None:
    """A wait has ended: the next look, the next letter, a broken promise, the lawyer. Money comes
    before all of them, then a letter that did not leave. None while no wait has ended.
    """
    if case.wait is None or case.wait.ends_in is None or change.at < case.wait.until:
        return None
    paid = by_money(case, change, facts)
    if paid is not None:
        return paid
    effects = looked(change, facts)
    if change.look is not None and change.look.acquirer is AcquirerAnswer.SILENT:
        return stays(case, change, _again_at(case, change.at + SILENT_PAUSE), effects=effects)
    if facts.of(case.id).is_disputed:
        return _tomorrow(case, change, effects, reason=DISPUTED)
    unsent = by_unsent(case, change, facts, effects)
    if unsent is not None:
        return unsent
    if case.status in (CollectionStatus.DUE, CollectionStatus.CHECKING) and not _has_looked(case):
        return _looks(case, change, effects)
    if case.wait.ends_in == CollectionStatus.LEGAL:
        return to_lawyer(case, change, "silent", effects)
    return _contact(case, change, facts, effects)


def move_deadline(case: CollectionCase, change: CollectionChange) -> CollectionTransition | None:
    """Counts the open wait's bank days again by the present calendar; None when nothing moves."""
    if case.wait is None:
        return None
    wait = _counted_anew(case, case.wait)
    if wait == case.wait:
        return None
    return stays(case, change, wait, counted=case.counted, reason=CALENDAR)


def _counted_anew(case: CollectionCase, wait: Wait) -> Wait:
    counted, promised_on = case.counted, case.promised_on
    if counted is None:
        if promised_on is None or wait.ends_in is None:
            return wait
        return promise_wait(case, promised_on, CollectionStatus(wait.ends_in))
    if case.status is CollectionStatus.LEGAL:
        return lawyers_wait(case, counted)
    return replace(wait, until=case.contact_at(counted))


def _has_looked(case: CollectionCase) -> bool:
    return case.looks + 1 >= len(case.policy.looks_after_minutes)


def _looks(
    case: CollectionCase, change: CollectionChange, effects: tuple[CollectionEffect, ...]
) -> CollectionTransition:
    """Nothing was found: looks again later, as faults of others mend themselves in hours."""
    looks, minutes = case.looks + 1, case.policy.looks_after_minutes
    until = change.at + timedelta(minutes=minutes[looks] - minutes[looks - 1])
    wait = client_wait(until, CollectionStatus.CHECKING)
    return moved(
        case, change, CollectionStatus.CHECKING, wait, columns={"looks": looks}, effects=effects
    )


def _again_at(case: CollectionCase, until: datetime) -> Wait:
    if case.wait is None:
        raise ValueError("a case that goes on waits for somebody")
    return client_wait(until, CollectionStatus(case.wait.ends_in or case.status))


def _contact(
    case: CollectionCase,
    change: CollectionChange,
    facts: DebtFacts,
    effects: tuple[CollectionEffect, ...],
) -> CollectionTransition:
    """The next letter, once the client may be written to: one a bank day, within its hours."""
    first = _first_day(case, change.at)
    if (earliest := case.contact_at(first)) > change.at:
        return stays(case, change, _again_at(case, earliest), counted=first, effects=effects)
    rung = case.policy.ladder[case.rung]
    if rung.tone is Tone.CLAIM and _is_large(facts.of(case.id)):
        return to_lawyer(case, change, "large", effects)
    if facts.letter is not None or facts.is_contacted:
        is_told = facts.letter is not None and case.id in (
            facts.letter.claims if rung.tone is Tone.CLAIM else facts.letter.speaks_of
        )
        if not is_told:
            return _tomorrow(case, change, effects)
        return _told(case, change, facts, rung.tone, effects)
    letter = _written(case, change, facts)
    return _told(case, change, facts, rung.tone, (*effects, letter))


def _tomorrow(
    case: CollectionCase,
    change: CollectionChange,
    effects: tuple[CollectionEffect, ...],
    reason: str | None = None,
) -> CollectionTransition:
    """Nothing is written today; the case looks again on the next bank day."""
    counted = Counted(change.at, 1)
    later = _again_at(case, case.contact_at(counted))
    return stays(case, change, later, counted=counted, effects=effects, reason=reason)


def _first_day(case: CollectionCase, at: datetime) -> Counted:
    """From when on the client may be written to: now, but the first letter keeps the days after
    the day of payment.
    """
    now = Counted(at, 0)
    if case.rung > 0:
        return now
    due = datetime.combine(case.due_on, datetime.min.time(), tzinfo=MOSCOW)
    first = Counted(due, case.policy.ladder[0].after_bank_days)
    return first if case.contact_at(first) > at else now


def _is_large(invoice: OwedInvoice) -> bool:
    """Whether the lawyer sends the claim, if anybody does."""
    return invoice.debt_kopecks >= invoice.policy.legal_from_kopecks


def _told(
    case: CollectionCase,
    change: CollectionChange,
    facts: DebtFacts,
    tone: Tone,
    effects: tuple[CollectionEffect, ...],
) -> CollectionTransition:
    """The client has had the letter of this rung; a broken promise is told to us."""
    broken = case.status is CollectionStatus.PROMISED
    told: tuple[Notice, ...] = (notices.BROKEN,) if broken else ()
    if tone is Tone.CLAIM:
        day = moscow_date(change.at)
        wait, columns = claim_wait(day, facts.rules), claim_columns(case, day, facts.rules)
        return moved(case, change, tone.status, wait, columns=columns, told=told, effects=effects)
    rung = case.rung + 1
    counted = next_days(case, change.at, rung)
    return moved(
        case,
        change,
        tone.status,
        next_wait(case, counted, rung),
        counted=counted,
        columns={"rung": rung},
        told=told,
        effects=effects,
    )


def _written(case: CollectionCase, change: CollectionChange, facts: DebtFacts) -> Letter:
    """The letter of today, in the strongest tone of all debts whose time has come."""
    due = [one for one in facts.owed if one.collection_id == case.id or _is_due(one, change.at)]
    tone = max((_tone(one) for one in due), key=lambda one: one.strength)
    claimed = frozenset(one.collection_id for one in due if _tone(one) is Tone.CLAIM)
    return written_letter(case, change, facts, tone, claimed)


def written_letter(
    case: CollectionCase,
    change: CollectionChange,
    facts: DebtFacts,
    tone: Tone,
    claimed: frozenset[str],
) -> Letter:
    """A letter of today in a tone, with the last day to pay before we go on."""
    day = moscow_date(change.at)
    rung = case.rung + 1
    counted = next_days(case, change.at, rung)
    is_claim = tone is Tone.CLAIM
    wait = claim_wait(day, facts.rules) if is_claim else next_wait(case, counted, rung)
    return letter_of(facts, case.client_id, day, tone, claimed, moscow_date(wait.until) - ONE_DAY)


def _tone(invoice: OwedInvoice) -> Tone:
    return invoice.policy.ladder[invoice.rung].tone


def _is_due(one: OwedInvoice, at: datetime) -> bool:
    """Whether another debt's letter is due by now: it is told of by this one."""
    writes = one.status in (CollectionStatus.CONTACTED, CollectionStatus.REMINDED)
    if not writes or one.is_disputed or one.debt_kopecks == 0 or one.rung >= len(one.policy.ladder):
        return False
    is_time = one.wait_until is not None and one.wait_until <= at
    return is_time and not (_tone(one) is Tone.CLAIM and _is_large(one))


SEES_TO_IT = frozenset({Role.ACCOUNTANT, Role.LAWYER})
"""Who has the lawyer's queue, by the policies."""


def reminded(reminder: Reminder, case: CollectionCase) -> tuple[Notice, dict[str, Any]] | None:
    """The notice of the lawyer's wait that goes on; None for one that has ended meanwhile."""
    if case.wait is None or case.wait.until != reminder.until:
        return None
    params = {"invoice_number": invoice_of(case.id), "until_at": reminder.until.isoformat()}
    is_late = reminder.escalate or reminder.waiting_for not in SEES_TO_IT
    whom = reminder.waiting_for
    return (notices.ESCALATION if is_late else notices.reminder(whom)), params
