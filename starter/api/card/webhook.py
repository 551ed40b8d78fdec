"""Webhooks of the acquirer. They carry no trusted data: a case that is woken asks the acquirer."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import structlog
from fastapi import Request, Response

from db.card import card_payment
from db.database import Database, Row
from db.payout import payout
from domain.card.card_payment import ENDED, CardPaymentRequest, CardStatus, card_payment_workflow_id
from domain.payout.payout import Answer, PayoutStatus, payout_workflow_id
from starter.api.billing.payment import PAYMENT_PATTERN
from starter.api.http.route import DatabaseDep, TemporalDep, router
from starter.commands.cases import Cases
from workflows.card_payment import ACQUIRER_SAID, CardPaymentWorkflow
from workflows.payout import PayoutWorkflow

REFUND_SUCCEEDED = "refund.succeeded"
"""A cancelled refund sends no event, so payouts also poll."""
PAYMENT_SUCCEEDED, PAYMENT_CANCELLED = "payment.succeeded", "payment.canceled"
MAX_NOTIFICATION_BYTES: Final = 64 * 1024
ASKED_WITHIN = timedelta(seconds=30)
"""The longest that our gateway waits for the answer to a request."""
LOOK_AGAIN = Answer(PayoutStatus.SENT)
"""For a payout through the acquirer a word is no answer: it wakes the next look."""

_PAYMENT = re.compile(PAYMENT_PATTERN)
_NAMED_BY = {REFUND_SUCCEEDED: "payment_id", PAYMENT_SUCCEEDED: "id", PAYMENT_CANCELLED: "id"}
"""The events that we have a use for, and where each names its payment."""
_OLD_NEWS: Mapping[str, tuple[CardStatus, ...]] = MappingProxyType(
    {PAYMENT_SUCCEEDED: (CardStatus.PAID,), PAYMENT_CANCELLED: ENDED}
)
_EXAMPLE: dict[str, Any] = {
    "type": "notification",
    "event": REFUND_SUCCEEDED,
    "object": {
        "id": "216749f7-0016-50be-b000-078d43a63ae4",
        "payment_id": "2d1f7c4e-000f-5000-8000-18db351245c7",
        "status": "succeeded",
    },
}

routes = router("acquirer")
log = structlog.get_logger()


@routes.post(
    "/v1/acquirer/notifications",
    summary="Webhook: a refund succeeded, or a payment ended",
    response_class=Response,
    responses={HTTPStatus.OK: {"description": "Heard."}},
    max_body_size=MAX_NOTIFICATION_BYTES,
    openapi_extra={
        "requestBody": {
            "description": "Read leniently: whatever is neither a success of a refund nor the end"
            " of a payment is ignored.",
            "content": {"application/json": {"schema": {}, "example": _EXAMPLE}},
        }
    },
)
async def take_acquirer_notification(
    request: Request, database: DatabaseDep, cases: TemporalDep
) -> Response:
    """Wakes the case of the refund or the payment that it names, which then asks the acquirer.

    The caller is identified by its network only. 503 makes the acquirer repeat; repeats are
    harmless.
    """
    told = told_in(await request.body())
    if told is None:
        log.info("webhook.ignored")
    elif told.event == REFUND_SUCCEEDED:
        await _wake_payouts(database, cases, told.payment_id)
    else:
        await _wake_card_payment(database, cases, told)
    return Response()


@dataclass(frozen=True)
class Notified:
    """The event, and the acquirer's payment that it is about."""

    event: str
    payment_id: str


def told_in(body: bytes) -> Notified | None:
    """What we have a use for: a success of a refund, the end of a payment; None for all else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    event = told.get("event") if isinstance(told, dict) else None
    subject = told.get("object") if isinstance(told, dict) else None
    if not isinstance(event, str) or event not in _NAMED_BY or not isinstance(subject, dict):
        return None
    payment_id = subject.get(_NAMED_BY[event])
    if not isinstance(payment_id, str) or _PAYMENT.fullmatch(payment_id) is None:
        return None
    return Notified(event, payment_id)


async def _wake_payouts(database: Database, cases: Cases, payment_id: str) -> None:
    (waiting,) = await database.read(payout.unsettled_of(payment_id))
    asleep = [row for row in waiting if not _is_asking(row, datetime.now(UTC))]
    await asyncio.gather(*(_wake(cases, row) for row in asleep))


async def _wake_card_payment(database: Database, cases: Cases, told: Notified) -> None:
    """Wakes a payment, also a closed one: its workflow starts again to record the money.

    A payment whose page was not received yet is requesting it, and needs no signal.
    """
    (found,) = await database.read(card_payment.of_acquirer(told.payment_id))
    for row in found:
        order_id = str(row.order_id)
        is_news = row.status not in _OLD_NEWS[told.event]
        if is_news:
            await cases.signal_with_start(
                CardPaymentWorkflow.run,
                CardPaymentRequest(order_id, row.invoice_number, row.amount_kopecks),
                card_payment_workflow_id(order_id),
                ACQUIRER_SAID,
            )
        log.info("webhook.card_payment_heard", order_id=order_id, woken=is_news)


def _is_asking(row: Row, now: datetime) -> bool:
    """Whether the payout still waits for the answer to its own request, and needs no signal.

    If that answer is lost, its first poll follows a moment later.
    """
    return bool(row.status == PayoutStatus.PREPARED and now - row.prepared_at < ASKED_WITHIN)


async def _wake(cases: Cases, row: Row) -> None:
    """Signals a payout; one whose workflow has not started, or has just ended, needs no signal."""
    workflow_id = payout_workflow_id(row.case_id, row.attempt)
    woken = await cases.signal(workflow_id, PayoutWorkflow.bank_said, LOOK_AGAIN)
    log.info("webhook.heard", case_id=row.case_id, attempt=row.attempt, woken=woken)
