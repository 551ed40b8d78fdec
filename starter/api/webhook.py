"""What the acquirer tells by itself. Nothing of it is believed: it is a reason to look."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import Request, Response

from db import payout
from db.database import Row
from domain.payout import Answer, PayoutStatus, payout_workflow_id
from starter.api.payment import PAYMENT_PATTERN
from starter.api.route import Processes, Stored, router
from starter.api.temporal import Cases
from workflows.payout import PayoutWorkflow

REFUND_SUCCEEDED = "refund.succeeded"
"""The only event that we have a use for; a cancelled refund sends none, so payouts also poll."""
MAX_NOTIFICATION_BYTES: Final = 64 * 1024
ASKED_WITHIN = timedelta(seconds=30)
"""The longest that our gateway waits for the answer to a request."""
LOOK_AGAIN = Answer(PayoutStatus.SENT)
"""For a payout through the acquirer a word is no answer: it wakes the next look."""

_PAYMENT = re.compile(PAYMENT_PATTERN)
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
    summary="The acquirer tells that a refund succeeded",
    response_class=Response,
    responses={HTTPStatus.OK: {"description": "Heard."}},
    max_body_size=MAX_NOTIFICATION_BYTES,
    openapi_extra={
        "requestBody": {
            "description": "Read leniently: whatever is not a success of a refund is ignored.",
            "content": {"application/json": {"schema": {}, "example": _EXAMPLE}},
        }
    },
)
async def take_acquirer_notification(
    request: Request, database: Stored, cases: Processes
) -> Response:
    """Wakes the payouts of the payment it names, which then ask the acquirer themselves.

    The caller is known by its network only. 503 makes the acquirer repeat; so may it at any time.
    """
    payment_id = refunded_payment_in(await request.body())
    if payment_id is None:
        log.info("webhook.ignored")
        return Response()
    (waiting,) = await database.read(payout.unsettled_of(payment_id))
    asleep = [row for row in waiting if not _is_asking(row, datetime.now(UTC))]
    await asyncio.gather(*(_wake(cases, row) for row in asleep))
    return Response()


def refunded_payment_in(body: bytes) -> str | None:
    """The acquirer's id of the payment that a success is about; None for anything else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or told.get("event") != REFUND_SUCCEEDED:
        return None
    refund = told.get("object")
    payment_id = refund.get("payment_id") if isinstance(refund, dict) else None
    named = isinstance(payment_id, str) and _PAYMENT.fullmatch(payment_id)
    return payment_id if named else None


def _is_asking(row: Row, now: datetime) -> bool:
    """Whether the payout is still hearing the answer to its own request: it needs no other word.

    Should that answer be lost, the first look comes a moment later by itself.
    """
    return bool(row.status == PayoutStatus.PREPARED and now - row.prepared_at < ASKED_WITHIN)


async def _wake(cases: Cases, row: Row) -> None:
    """A payout whose process has not begun, or has just ended, needs no waking."""
    workflow_id = payout_workflow_id(row.case_id, row.attempt)
    woken = await cases.tell(workflow_id, PayoutWorkflow.bank_said, LOOK_AGAIN)
    log.info("webhook.heard", case_id=row.case_id, attempt=row.attempt, woken=woken)
