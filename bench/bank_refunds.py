"""Refunds paid by payment orders: each its own case, all in one run and one statement."""

from collections.abc import Sequence
from functools import partial

from temporalio.client import Client

from bench.bank_desk import BankDesk
from bench.driver import Played, Refunds, TemporalCases, side_by_side

LOOK_SECONDS = 0.01


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
        shared = (await self._desk.run_handed_over(cases), await self._desk.statement_imported())
        await side_by_side([partial(self._cases.credit, one) for one in accepted], at_once)
        return [Played((own,), shared, cases) for own in accepted]
