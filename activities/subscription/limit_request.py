"""The steps of a request for a higher limit: it begins to wait, it is answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from temporalio import activity

from db.database import Database, Transaction
from db.facts import load
from db.notification import notification
from db.subscription import limit_request, offer
from domain.case.waiting import Reminder
from domain.notification.notification import Notice
from domain.subscription import transitions
from domain.subscription.limit_request import (
    LimitAnswer,
    LimitOpening,
    LimitState,
    limit_request_workflow_id,
)
from domain.subscription.transitions import (
    LimitEffect,
    LimitRequested,
    LimitTransition,
    MakeOffer,
    TakeAnswer,
)


class LimitRequestActivities:
    """Steps of a limit request; each may run twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="limit_request.open")
    async def open(self, opening: LimitOpening) -> LimitState:
        """Notifies specialists, and returns how long the client waits for them; a case that runs
        again after its answer has nothing to wait for.
        """
        async with self._database.transaction() as transaction:
            waiting = limit_request.to_wait(UUID(opening.request_id), opening.at)
            facts = await load(transaction, waiting)
            judged = transitions.opened(opening, facts)
            return _taken(transaction, facts.request, "opened", opening.at, judged)

    @activity.defn(name="limit_request.answer")
    async def answer(self, answer: LimitAnswer) -> LimitState:
        """Stores a specialist's answer with the offer that it makes, and notifies the client."""
        async with self._database.transaction() as transaction:
            request_id, answer_id = UUID(answer.request_id), UUID(answer.answer_id)
            facts = await load(transaction, limit_request.to_answer(request_id, answer_id))
            judged = transitions.answered(facts)
            return _taken(transaction, facts.request, "answered", answer.at, judged)

    @activity.defn(name="limit_request.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds the specialists, or notifies the operator of a long wait."""
        request_id = UUID(reminder.case_id.removeprefix(limit_request_workflow_id("")))
        async with self._database.transaction() as transaction:
            request = await load(transaction, limit_request.locked(request_id))
            notice, params = transitions.reminded(reminder, request)
            _notify(transaction, request, reminder.occasion, reminder.at, (notice,), params)


def _taken(
    transaction: Transaction,
    request: LimitRequested,
    occasion: str,
    at: datetime,
    judged: LimitTransition | LimitState,
) -> LimitState:
    """Stores a transition with its notices; what changes nothing is only returned."""
    if isinstance(judged, LimitState):
        return judged
    for effect in judged.effects:
        _apply(transaction, effect, at)
    _notify(transaction, request, occasion, at, judged.notices, judged.params)
    return judged.result


def _apply(transaction: Transaction, effect: LimitEffect, at: datetime) -> None:
    match effect:
        case TakeAnswer(request_id, answer_id):
            limit_request.take(transaction, request_id, answer_id, at)
        case MakeOffer(request, answer, made):
            offer.put_individual(
                transaction,
                answer.id,
                subscription_id=request.subscription_id,
                tariff_code=made.tariff_code,
                units=made.units,
                price_kopecks=made.price_kopecks,
                valid_until=made.valid_until,
                reason=answer.text,
                limit_request_id=request.id,
                author=answer.written_by,
                created_at=at,
            )
        case _:
            assert_never(effect)


def _notify(
    transaction: Transaction,
    request: LimitRequested,
    occasion: str,
    at: datetime,
    notices: Sequence[Notice],
    params: Mapping[str, Any],
) -> None:
    notification.notify(
        transaction,
        notices,
        case_id=limit_request_workflow_id(str(request.id)),
        client_id=request.client_id,
        occasion=occasion,
        params=params,
        at=at,
    )
