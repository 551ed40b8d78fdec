"""Webhooks of the acquirer. They carry no trusted data: a case that is woken asks the acquirer."""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import structlog
from fastapi import Request, Response

from starter.api.billing.payment import PAYMENT_PATTERN
from starter.api.http.route import ServicesDep, router
from starter.commands.card import acquirer_said as command
from starter.commands.card.acquirer_said import AcquirerEvent, Notified

MAX_NOTIFICATION_BYTES: Final = 64 * 1024

_PAYMENT = re.compile(PAYMENT_PATTERN)
_NAMED_BY: Mapping[AcquirerEvent, str] = MappingProxyType(
    {
        AcquirerEvent.REFUND_SUCCEEDED: "payment_id",
        AcquirerEvent.PAYMENT_SUCCEEDED: "id",
        AcquirerEvent.PAYMENT_CANCELLED: "id",
    }
)
"""The events that we have a use for, and where each names its payment."""
_EXAMPLE: dict[str, Any] = {
    "type": "notification",
    "event": AcquirerEvent.REFUND_SUCCEEDED.value,
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
    responses={HTTPStatus.OK: {"description": "Accepted."}},
    max_body_size=MAX_NOTIFICATION_BYTES,
    openapi_extra={
        "requestBody": {
            "description": "Read leniently: whatever is neither a success of a refund nor the end"
            " of a payment is ignored.",
            "content": {"application/json": {"schema": {}, "example": _EXAMPLE}},
        }
    },
)
async def take_acquirer_notification(request: Request, services: ServicesDep) -> Response:
    """Wakes the case of the refund or the payment that it names, which then asks the acquirer.

    The caller is identified by its network only. 503 makes the acquirer repeat; repeats are
    harmless.
    """
    told = told_in(await request.body())
    if told is None:
        log.info("webhook.ignored")
    else:
        await command.take_acquirer_notification(services, told)
    return Response()


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
    payment_id = subject.get(_NAMED_BY[AcquirerEvent(event)])
    if not isinstance(payment_id, str) or _PAYMENT.fullmatch(payment_id) is None:
        return None
    return Notified(AcquirerEvent(event), payment_id)
