"""The steps of handing a payment run over: stored first, then every payout in it is signalled."""

import asyncio
from uuid import UUID

from temporalio import activity
from temporalio.client import Client

from activities.banking.signal_payouts import signal_payout
from db.banking import payment_run
from db.database import Database
from domain.banking.submit import Handover
from domain.payout.payout import Answer, PayoutRequest, PayoutStatus

PAGE = 50
"""Payouts signalled between two heartbeats."""
AT_ONCE = 10
"""Payouts signalled at the same moment."""


class PaymentRunActivities:
    """Steps of a payment run; each may run twice."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="payment_run.hand_over")
    async def hand_over(self, handing_over: Handover) -> None:
        """Stores who handed the run over and when; a repeat changes nothing."""
        async with self._database.transaction() as transaction:
            payment_run.hand_over(
                transaction, UUID(handing_over.run_id), handing_over.by, handing_over.at
            )

    @activity.defn(name="payment_run.signal_payouts")
    async def signal_payouts(self, run_id: str) -> int:
        """Signals every payout of the run that it was sent; a retry continues from the
        heartbeat.
        """
        client = activity.client()
        signalled, after = activity.info().heartbeat_details or (0, 0)
        while page := await payment_run.payouts_after(self._database, UUID(run_id), after, PAGE):
            for start in range(0, len(page), AT_ONCE):
                heard = [self._notify(client, key) for _, key in page[start : start + AT_ONCE]]
                signalled += sum(await asyncio.gather(*heard))
            after = page[-1][0]
            activity.heartbeat(signalled, after)
        return signalled

    async def _notify(self, client: Client, key: PayoutRequest) -> bool:
        return await signal_payout(client, self._database, key, Answer(PayoutStatus.SENT))
