"""Asks the acquirer how the payment of an unpaid order stands, and finds the orders that are."""

import asyncio
from datetime import UTC, datetime
from time import monotonic

import structlog
from temporalio import activity
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.case.alive import alive
from activities.collection.beginning import begin
from activities.collection.signal_collections import signal_collections
from db.card import card_payment
from db.collection import overdue
from db.database import Database
from db.notification import notification
from domain.billing.payment_check import AcquirerAnswer
from domain.calendar.bank_calendar import moscow_date
from domain.card.card_payment import (
    CardPaymentRequest,
    card_payment_workflow_id,
    may_have_news,
)
from domain.collection import notices
from domain.collection.collection import invoice_of

ANSWER_SECONDS = 15.0
"""How long a look waits for the acquirer; one that is silent for longer is asked again later."""
PAUSE_SECONDS = 0.1
PAGE = 100
"""Invoices, cases and warnings read at once."""
MAX_IN_A_ROUND = 5_000
"""Cases begun in a round; the others wait for the next one."""
CARD_PAYMENT = "card_payment"
"""The name of the process."""
ACQUIRER_SAID = "acquirer_said"
"""The signal that makes a payment by card look itself up."""

log = structlog.get_logger()


class LookingActivities:
    """Steps that ask others; each may run twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="collection.ask_acquirer")
    async def ask_acquirer(self, collection_id: str) -> AcquirerAnswer:
        """Has the payment by card of the order look itself up at the acquirer, under our key, and
        waits for what it learns. What it learns, it stores itself.
        """
        invoice_number, asked_at = invoice_of(collection_id), datetime.now(UTC)
        payment = await self._database.row(card_payment.of_invoice(invoice_number))
        if payment is None or not may_have_news(
            payment.status, payment.reason, payment.acquirer_payment_id
        ):
            return AcquirerAnswer.NOTHING_TO_ASK
        async with alive():
            await activity.client().start_workflow(
                CARD_PAYMENT,
                CardPaymentRequest(
                    str(payment.order_id), payment.invoice_number, payment.amount_kopecks
                ),
                id=card_payment_workflow_id(str(payment.order_id)),
                task_queue=activity.info().task_queue,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=ACQUIRER_SAID,
            )
            patient_until = monotonic() + ANSWER_SECONDS
            while monotonic() < patient_until:
                found = await self._database.row(card_payment.of_invoice(invoice_number))
                if found is not None and (found.answered_at or asked_at) > asked_at:
                    return AcquirerAnswer.ANSWERED
                await asyncio.sleep(PAUSE_SECONDS)
        return AcquirerAnswer.SILENT

    @activity.defn(name="collection.round")
    async def round(self, at: datetime) -> int:
        """Begins a case for every order whose day of payment has gone by, tells those whose letters
        did not leave, and warns of debts that soon cannot be sued for; returns how many were begun.
        """
        client, queue = activity.client(), activity.info().task_queue
        async with alive():
            begun = await begin_overdue(client, self._database, queue, at)
            await signal_collections(client, self._database, queue)
            await self._warn(at)
        log.info("collection.round", begun=begun)
        return begun

    async def _warn(self, at: datetime) -> None:
        """Warns once for each of the policy's numbers of days; see `notifications`."""
        day = moscow_date(at)
        for row in await self._database.rows(overdue.near_limitation(day, MAX_IN_A_ROUND)):
            async with self._database.transaction() as transaction:
                notification.notify(
                    transaction,
                    (notices.LIMITATION,),
                    case_id=row.id,
                    client_id=row.client_id,
                    occasion=f"limitation-{row.days}-{row.limitation_on.isoformat()}",
                    params={
                        "invoice_number": row.invoice_number,
                        "limitation_on": row.limitation_on.isoformat(),
                    },
                    at=at,
                )


async def begin_overdue(client: Client, database: Database, task_queue: str, at: datetime) -> int:
    """Begins the cases of overdue orders that have none, or whose payment was taken back."""
    begun, after = 0, ""
    while begun < MAX_IN_A_ROUND:
        rows = await database.rows(overdue.uncollected(moscow_date(at), after, PAGE))
        for row in rows:
            await begin(client, task_queue, row.number)
        begun += len(rows)
        if len(rows) < PAGE:
            break
        after = rows[-1].number
    return begun
