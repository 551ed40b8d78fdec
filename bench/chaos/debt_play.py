"""One unpaid order: its debtor pays late, promises, says why, or is silent."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from bench.chaos.case_play import CasePlay
from bench.chaos.order_scenarios import Debt, OrderPlan
from bench.chaos.our_books import OurBooks
from bench.chaos.play import Days
from domain.access.roles import Role
from domain.billing.invoice import PaymentMethod
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import CollectionStatus, Reason
from domain.money import amount_text
from simulation.api_client import ApiClient, Request
from simulation.people import ACCOUNTANT, BILLING, caller_of
from starter.api.http.auth import Caller

ANOTHER_ACCOUNTANT = Caller("n.belova", Role.ACCOUNTANT)
"""Confirms what the first has proposed."""
WHY = "Связаться не удалось"
PROMISED_DAYS = 3
SILENCE = timedelta(days=4)
"""Long enough for the looks, and mostly for a letter; a weekend may take all of it."""
_LETTERS = "SELECT count(*) AS letters FROM collection_letter_lines WHERE collection_id = %(id)s"


class DebtPlay(CasePlay):
    """An overdue order and its people. `letters` counts what was written before the money came;
    None while it has not.
    """

    def __init__(self, plan: OrderPlan[Debt], api: ApiClient, days: Days, ours: OurBooks) -> None:
        super().__init__(api, days, "/v1/collections", ACCOUNTANT)
        self.letters: int | None = None
        self.plan = plan
        self._ours = ours
        self._client = caller_of(plan.invoice.client)

    async def play(self) -> None:
        """Until it is paid, or nobody asks for it any longer."""
        number = self.plan.invoice.number
        begin = Request("POST", f"/v1/invoices/{number}/collection")
        self.id = (await self._api.ask(ACCOUNTANT, begin))["id"]
        deeds: Mapping[Debt, Callable[[], Awaitable[object]]] = {
            Debt.PAID: self._paid,
            Debt.PROMISED: self._promised,
            Debt.SAYS_PAID: self._says_so,
            Debt.RACING: self._claimed,
            Debt.SILENT: self._silent,
            Debt.WRITTEN_OFF: self._written_off,
            Debt.LEFT: lambda: self._say(ACCOUNTANT, "lawyer", reason=WHY),
        }
        await deeds[self.plan.course]()

    async def _paid(self) -> None:
        await self._pay()
        await self._until(CollectionStatus.PAID)

    async def _promised(self) -> None:
        day = moscow_date(datetime.now(UTC)) + timedelta(days=PROMISED_DAYS)
        await self._say(self._client, "promise", pay_on=day.isoformat())
        await self._paid()

    async def _says_so(self) -> None:
        """Money wins over whatever is said meanwhile."""
        await asyncio.gather(self._pay(), self._try(self._client, "reason", answer=Reason.PAID))
        await self._until(CollectionStatus.PAID)

    async def _claimed(self) -> None:
        """The claim leaves before the money, or not at all."""
        await self._say(ACCOUNTANT, "lawyer", reason=WHY)
        await asyncio.gather(self._try(ACCOUNTANT, "claim"), self._pay())
        await self._until(CollectionStatus.PAID)

    async def _silent(self) -> None:
        await self._days.pass_for(self.id, SILENCE)
        await self._paid()

    async def _written_off(self) -> None:
        await self._say(ACCOUNTANT, "write-off", reason=WHY)
        await self._say(ANOTHER_ACCOUNTANT, "write-off/confirm")
        await self._until(CollectionStatus.WRITTEN_OFF)

    async def _pay(self) -> None:
        """Billing has the money and says so; what was written until then is counted."""
        invoice = self.plan.invoice
        body = {
            "invoice_number": invoice.number,
            "method": PaymentMethod.BANK_TRANSFER,
            "acquirer_payment_id": None,
            "amount": amount_text(invoice.total_kopecks),
            "received_at": datetime.now(UTC).isoformat(),
        }
        await self._api.command(BILLING, "PUT", f"/v1/payments/paid-{invoice.number}", body)
        self.letters = await self.written()

    async def written(self) -> int:
        """How many letters have asked for this order."""
        (row,) = await self._ours.rows(_LETTERS, id=self.id)
        return int(row.letters)
