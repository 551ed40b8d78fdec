"""Notifications of the acquirer: their content is never trusted, they make a case look it up."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import structlog

from db.billing import payment
from db.card import card_payment
from db.payout import payout
from db.payout.payout import UnsettledPayout
from domain.card.card_payment import ENDED, CardPaymentRequest, CardStatus, card_payment_workflow_id
from domain.dispute.taken_back import TakenBackLook, taken_back_workflow_id
from domain.payout.payout import Answer, PayoutStatus, PayoutTold
from starter.commands.cases import Cases
from starter.commands.services import Services
from workflows.card_payment import ACQUIRER_SAID, CardPaymentWorkflow
from workflows.payout import PayingCase
from workflows.taken_back import TakenBackWorkflow

ASKED_WITHIN = timedelta(seconds=30)
"""The longest that our gateway waits for the answer to a request."""
LOOK_AGAIN = Answer(PayoutStatus.SENT)
"""For a payout through the acquirer this signal is no answer: it starts the next look-up."""


class AcquirerEvent(StrEnum):
    """The events that are used. A cancelled refund sends none, so payouts also poll."""

    REFUND_SUCCEEDED = "refund.succeeded"
    PAYMENT_SUCCEEDED = "payment.succeeded"
    PAYMENT_CANCELLED = "payment.canceled"


_OLD_NEWS: Mapping[AcquirerEvent, tuple[CardStatus, ...]] = MappingProxyType(
    {
        AcquirerEvent.PAYMENT_SUCCEEDED: (CardStatus.PAID,),
        AcquirerEvent.PAYMENT_CANCELLED: ENDED,
    }
)

log = structlog.get_logger()


@dataclass(frozen=True)
class Notified:
    """The event, and the acquirer's id of its payment."""

    event: AcquirerEvent
    payment_id: str


async def take_acquirer_notification(services: Services, told: Notified) -> None:
    """Signals the case that waits for the refund or the payment named, which then asks the
    acquirer.

    There is no role to check: the acquirer is known by its network, and nothing it sends is
    trusted. Raises `Refusal` `unavailable` without Temporal; a repeat is safe at any time.
    """
    if told.event is AcquirerEvent.REFUND_SUCCEEDED:
        await _wake_payouts(services, told.payment_id)
    else:
        await _wake_card_payment(services, told)


async def _wake_payouts(services: Services, payment_id: str) -> None:
    waiting, own = await services.database.read(
        payout.unsettled_of(payment_id), payment.of_acquirer(payment_id)
    )
    if own and not waiting:
        await _look_for_taken_back(services.cases, payment_id)
    asleep = [row for row in waiting if not _is_asking(row, datetime.now(UTC))]
    await asyncio.gather(*(_wake(services.cases, row) for row in asleep))


async def _look_for_taken_back(cases: Cases, payment_id: str) -> None:
    """Money of a payment of ours that went back while no payout of ours waits for it."""
    await cases.signal_with_start(
        TakenBackWorkflow.run,
        TakenBackLook(payment_id),
        taken_back_workflow_id(payment_id),
        ACQUIRER_SAID,
    )


async def _wake_card_payment(services: Services, told: Notified) -> None:
    """Also for a payment that is no longer waited for: its workflow is started again to record the
    money.

    One whose page is still being requested needs no signal.
    """
    (found,) = await services.database.read(card_payment.of_acquirer(told.payment_id))
    for row in found:
        order_id = str(row.order_id)
        is_news = row.status not in _OLD_NEWS[told.event]
        if is_news:
            await services.cases.signal_with_start(
                CardPaymentWorkflow.run,
                CardPaymentRequest(order_id, row.invoice_number, row.amount_kopecks),
                card_payment_workflow_id(order_id),
                ACQUIRER_SAID,
            )
        log.info("webhook.card_payment_heard", order_id=order_id, woken=is_news)


def _is_asking(row: UnsettledPayout, now: datetime) -> bool:
    """Whether the payout's own request is still unanswered: it needs no signal.

    If that answer is lost, the first look-up comes a moment later anyway.
    """
    return bool(row.status == PayoutStatus.PREPARED and now - row.prepared_at < ASKED_WITHIN)


async def _wake(cases: Cases, row: UnsettledPayout) -> None:
    """A payout whose case has just ended needs no signal."""
    told = PayoutTold(row.attempt, LOOK_AGAIN)
    woken = await cases.signal(row.case_id, PayingCase.bank_said, told)
    log.info("webhook.heard", case_id=row.case_id, attempt=row.attempt, woken=woken)
