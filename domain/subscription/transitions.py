"""How a request for a higher limit changes: it waits for a specialist, it is answered. Pure."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias
from uuid import UUID

from domain.calendar.bank_calendar import BankCalendar
from domain.case.transition import Transition
from domain.case.waiting import Reminder, WaitPolicy
from domain.notification.notification import Notice
from domain.subscription.limit_request import (
    LIMIT_ANSWERED,
    LIMIT_OFFERED,
    LIMIT_REQUESTED,
    LimitOpening,
    LimitRequestStatus,
    LimitState,
    limit_reminder_for,
)


@dataclass(frozen=True)
class LimitRequested:
    """A request as it is stored, with the title of its subscription."""

    id: UUID
    subscription_id: str
    client_id: str
    title: str
    units_wanted: int
    text: str = field(repr=False)
    is_answered: bool = False


@dataclass(frozen=True)
class WaitingFacts:
    """What the wait of a request is computed from."""

    request: LimitRequested
    waits: WaitPolicy
    calendar: BankCalendar


@dataclass(frozen=True)
class OfferedLimit:
    """What an answer offers: a price in kopecks for a term that may be ordered until a day."""

    tariff_code: str
    units: int
    price_kopecks: int
    valid_until: date


@dataclass(frozen=True)
class WrittenAnswer:
    """What a specialist wrote; `offer` is None where nothing is offered."""

    id: UUID
    text: str = field(repr=False)
    written_by: str
    offer: OfferedLimit | None = None


@dataclass(frozen=True)
class AnsweringFacts:
    """A request and the answer to be accepted."""

    request: LimitRequested
    answer: WrittenAnswer


@dataclass(frozen=True)
class TakeAnswer:
    """Store which answer counts; it never changes."""

    request_id: UUID
    answer_id: UUID


@dataclass(frozen=True)
class MakeOffer:
    """Store the client's offer from an answer; its id is the answer's."""

    request: LimitRequested
    answer: WrittenAnswer
    offer: OfferedLimit


LimitEffect: TypeAlias = TakeAnswer | MakeOffer
LimitTransition: TypeAlias = Transition[LimitState, LimitEffect]

_ANSWERED = LimitState(LimitRequestStatus.ANSWERED)


def opened(opening: LimitOpening, facts: WaitingFacts) -> LimitTransition | LimitState:
    """Waits for the specialists, who are notified; a repeat after the answer waits for nothing."""
    request = facts.request
    if request.is_answered:
        return _ANSWERED
    wait = facts.waits.starting(opening.at, facts.calendar)
    return LimitTransition(
        LimitState(LimitRequestStatus.AWAITING_ANSWER, wait),
        notices=(LIMIT_REQUESTED,),
        params={
            "subscription": request.title,
            "units": request.units_wanted,
            "remarks": request.text,
            "until_at": wait.until.isoformat(),
        },
    )


def answered(facts: AnsweringFacts) -> LimitTransition | LimitState:
    """Accepts a specialist's answer with the offer in it; only the first answer counts."""
    request, answer = facts.request, facts.answer
    if request.is_answered:
        return _ANSWERED
    taken = TakeAnswer(request.id, answer.id)
    params: dict[str, Any] = {"subscription": request.title, "remarks": answer.text}
    if answer.offer is None:
        return LimitTransition(
            _ANSWERED, notices=(LIMIT_ANSWERED,), params=params, effects=(taken,)
        )
    params["units"] = answer.offer.units
    params["price_kopecks"] = answer.offer.price_kopecks
    params["until_on"] = answer.offer.valid_until.isoformat()
    return LimitTransition(
        _ANSWERED,
        notices=(LIMIT_OFFERED,),
        params=params,
        effects=(taken, MakeOffer(request, answer, answer.offer)),
    )


def reminded(reminder: Reminder, request: LimitRequested) -> tuple[Notice, dict[str, Any]]:
    """The notice of a reminder or an escalation, and its parameters (JSON values)."""
    notice = limit_reminder_for(reminder.waiting_for, escalate=reminder.escalate)
    return notice, {
        "subscription": request.title,
        "role": reminder.waiting_for,
        "until_at": reminder.until.isoformat(),
    }
