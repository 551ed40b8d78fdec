"""The steps of a request for a higher limit: it begins to wait, it is answered."""

from typing import Any
from uuid import UUID

from temporalio import activity

from db.database import Database, Transaction
from db.notification import notification
from db.subscription import limit_request, offer
from db.subscription.limit_request import Answered, OfferInAnswer
from domain.case.waiting import Reminder
from domain.subscription.limit_request import (
    LIMIT_ANSWERED,
    LIMIT_OFFERED,
    LIMIT_REQUESTED,
    LimitAnswer,
    LimitOpening,
    LimitRequestStatus,
    LimitState,
    limit_reminder_for,
    limit_request_workflow_id,
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
            asked = await limit_request.asked(transaction, UUID(opening.request_id), opening.at)
            if asked.row.answer_id is not None:
                return LimitState(LimitRequestStatus.ANSWERED)
            wait = asked.waits.starting(opening.at, asked.calendar)
            notification.notify(
                transaction,
                (LIMIT_REQUESTED,),
                case_id=limit_request_workflow_id(opening.request_id),
                client_id=asked.row.client_id,
                occasion="opened",
                params={
                    "subscription": asked.title,
                    "units": asked.row.units_wanted,
                    "remarks": asked.row.text,
                    "until_at": wait.until.isoformat(),
                },
                at=opening.at,
            )
        return LimitState(LimitRequestStatus.AWAITING_ANSWER, wait)

    @activity.defn(name="limit_request.answer")
    async def answer(self, answer: LimitAnswer) -> LimitState:
        """Stores a specialist's answer and the offer it makes, and notifies the client."""
        async with self._database.transaction() as transaction:
            found = await limit_request.answered(
                transaction, UUID(answer.request_id), UUID(answer.answer_id)
            )
            if found.row.answer_id is None:
                _take(transaction, found, answer)
        return LimitState(LimitRequestStatus.ANSWERED)

    @activity.defn(name="limit_request.remind")
    async def remind(self, reminder: Reminder) -> None:
        """Reminds the specialists, or notifies the operator that the client has waited long."""
        request_id = UUID(reminder.case_id.removeprefix(limit_request_workflow_id("")))
        async with self._database.transaction() as transaction:
            asked = await limit_request.asked(transaction, request_id, reminder.at)
            notification.notify(
                transaction,
                (limit_reminder_for(reminder.waiting_for, escalate=reminder.escalate),),
                case_id=reminder.case_id,
                client_id=asked.row.client_id,
                occasion=reminder.occasion,
                params={
                    "subscription": asked.title,
                    "role": reminder.waiting_for,
                    "until_at": reminder.until.isoformat(),
                },
                at=reminder.at,
            )


def _take(transaction: Transaction, found: Answered, answer: LimitAnswer) -> None:
    limit_request.take(transaction, found.row.id, found.answer.id, answer.at)
    offered = limit_request.offer_in(found.answer)
    params: dict[str, Any] = {"subscription": found.title, "remarks": found.answer.text}
    if offered is not None:
        _put_offer(transaction, found, offered, answer)
        params |= {
            "units": offered.units,
            "price_kopecks": offered.price_kopecks,
            "until_on": offered.valid_until.isoformat(),
        }
    notification.notify(
        transaction,
        (LIMIT_ANSWERED if offered is None else LIMIT_OFFERED,),
        case_id=limit_request_workflow_id(answer.request_id),
        client_id=found.row.client_id,
        occasion="answered",
        params=params,
        at=answer.at,
    )


def _put_offer(
    transaction: Transaction, found: Answered, offered: OfferInAnswer, answer: LimitAnswer
) -> None:
    """The offer gets the answer's id, so a repeat stores nothing."""
    offer.put_individual(
        transaction,
        found.answer.id,
        subscription_id=found.row.subscription_id,
        **offered._asdict(),
        reason=found.answer.text,
        limit_request_id=found.row.id,
        author=found.answer.written_by,
        created_at=answer.at,
    )
