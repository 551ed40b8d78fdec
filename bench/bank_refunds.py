"""Refunds paid by payment orders: each its own case, all in one run and one statement."""

import asyncio
from collections.abc import Sequence
from functools import partial

from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from bench.bank_desk import BankDesk
from bench.driver import FIRST_ATTEMPT, Played, Refunds, TemporalCases, side_by_side
from domain.payout.payout import payout_workflow_id

LOOK_SECONDS = 0.01
LISTENING_LIMIT_SECONDS = 30.0


class BankRefunds:
    """Cases whose money an accountant and the sandbox bank pay out."""

    def __init__(
        self, refunds: Refunds, desk: BankDesk, client: Client, cases: TemporalCases
    ) -> None:
        self._refunds = refunds
        self._desk = desk
        self._client = client
        self._cases = cases

    async def play(self, cases: int, at_once: int) -> Sequence[Played]:
        """All accepted, gathered in one run, handed over, settled by one statement, credited."""
        accepted = await side_by_side([self._refunds.accepted] * cases, at_once)
        payouts = [payout_workflow_id(one, FIRST_ATTEMPT) for one in accepted]
        await side_by_side([partial(self._listens, one) for one in payouts], at_once)
        shared = (await self._desk.run_handed_over(cases), await self._desk.statement_imported())
        await side_by_side([partial(self._cases.credit, one) for one in accepted], at_once)
        return [Played(own, shared, cases) for own in zip(accepted, payouts, strict=True)]

    async def _listens(self, workflow_id: str) -> None:
        """Returns once a payout's process has begun; between people that takes no waiting."""
        handle = self._client.get_workflow_handle(workflow_id)
        async with asyncio.timeout(LISTENING_LIMIT_SECONDS):
            while True:
                try:
                    await handle.describe()
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise
                    await asyncio.sleep(LOOK_SECONDS)
                else:
                    return
