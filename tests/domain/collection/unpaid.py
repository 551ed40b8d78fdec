"""An unpaid order as tests of its rules have it: at noon of a bank day, written to once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from domain.access.roles import Role
from domain.billing.payment_check import AcquirerAnswer
from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import DayUnit, Wait, WaitPolicy
from domain.collection import deciding, transitions
from domain.collection.case import (
    CollectionCase,
    CollectionTransition,
    DebtFacts,
    Decided,
    OwedInvoice,
)
from domain.collection.collection import (
    ENDS,
    CollectionAction,
    CollectionChange,
    CollectionLook,
    CollectionRefusal,
    CollectionStatus,
    CollectionTransitionResult,
    CourtKind,
    Reason,
)
from domain.collection.policy import CollectionPolicy, Rung, Tone
from tests.domain.compensation.law import KEY_RATE, RULES

S: TypeAlias = CollectionStatus
A: TypeAlias = CollectionAction
R: TypeAlias = CollectionRefusal
MOSCOW = ZoneInfo("Europe/Moscow")
VLADIVOSTOK = ZoneInfo("Asia/Vladivostok")
CALENDAR = BankCalendar({}, frozenset({2026}))
AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
"""Wednesday, noon in Moscow."""
TODAY = date(2026, 3, 4)
SUM = 48_000_00
POLICY = CollectionPolicy(
    version=1,
    looks_after_minutes=(15, 60, 240, 1440),
    ladder=(Rung(1, Tone.FIRST), Rung(3, Tone.REMINDER), Rung(5, Tone.FIRM), Rung(5, Tone.CLAIM)),
    contact_from_hour=9,
    contact_to_hour=20,
    legal_from_kopecks=500_000_00,
    answers=dict.fromkeys(Reason, 2) | {Reason.PAID: 5},
    promise_days=30,
    promises=2,
    promise_bank_days=1,
    pause_days=30,
    legal=WaitPolicy(Role.ACCOUNTANT, DayUnit.BANK_DAYS, 10, (3, 7), 10),
)
CASE = CollectionCase(
    id="collection-7",
    client_id="kim",
    status=S.CONTACTED,
    version=4,
    wait=Wait(Role.CLIENT, AT, ends_in=S.REMINDED),
    due_on=date(2026, 2, 24),
    looks=3,
    rung=1,
    promises=0,
    promised_on=None,
    claim_sent_on=None,
    write_off_by=None,
    policy=POLICY,
    zone=MOSCOW,
    calendar=CALENDAR,
)
OWED = OwedInvoice(
    collection_id="collection-7",
    invoice_number="7",
    issued_on=date(2026, 2, 10),
    due_on=date(2026, 2, 24),
    total_kopecks=SUM,
    paid_kopecks=0,
    is_void=False,
    status=S.CONTACTED,
    rung=1,
    wait_until=AT,
    policy=POLICY,
)
FACTS = DebtFacts([OWED], None, is_contacted=False, rules=RULES, key_rate=KEY_RATE)
CHANGE = CollectionChange("collection-7", 5, AT, "kuznetsova", "d-1")
NOTHING = CollectionLook(AcquirerAnswer.NOTHING_TO_ASK, 0)
JUDGES: dict[CollectionAction, Any] = {
    A.GIVE_REASON: deciding.give_reason,
    A.PROMISE: deciding.promise,
    A.PAUSE: deciding.pause,
    A.SEND_CLAIM: deciding.send_claim,
    A.TO_LAWYER: deciding.hand_to_lawyer,
    A.FROM_LAWYER: deciding.take_back,
    A.RECORD_COURT: deciding.record_court,
    A.SETTLE: deciding.settle,
    A.PROPOSE_WRITE_OFF: deciding.propose_write_off,
    A.CONFIRM_WRITE_OFF: deciding.confirm_write_off,
    A.DECLINE_WRITE_OFF: deciding.decline_write_off,
    A.CANCEL: deciding.cancel,
}


def in_status(status: S, **changes: Any) -> CollectionCase:
    wait = None if status in ENDS else CASE.wait
    return replace(CASE, status=status, wait=wait, **changes)


def owing(*others: OwedInvoice, **changes: Any) -> DebtFacts:
    """The order with other columns, and what else the client owes."""
    return replace(FACTS, owed=[replace(OWED, **changes), *others])


def said(action: A) -> Decided:
    """A decision that the action takes."""
    day = TODAY + timedelta(days=2) if action in (A.PROMISE, A.PAUSE) else TODAY
    court = CourtKind.ORDER if action is A.RECORD_COURT else None
    return Decided(Reason.FORGOT if action is A.GIVE_REASON else None, day, "почему", court)


def done(judged: object) -> CollectionTransition:
    assert isinstance(judged, Transition), judged
    return judged


def refusal(judged: object) -> str | None:
    assert isinstance(judged, CollectionTransitionResult), judged
    return judged.refusal


def advanced(
    case: CollectionCase = CASE, facts: DebtFacts = FACTS, at: datetime = AT, look: Any = NOTHING
) -> CollectionTransition:
    return done(transitions.advance(case, replace(CHANGE, at=at, look=look), facts))
