"""Renewals paid by a bank transfer: each its own case, the money of all in one statement."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

from temporalio.client import Client

from bench.bank_desk import BankDesk
from bench.driver import CaseUnfinished, Played, side_by_side
from domain.calendar.bank_calendar import moscow_date
from domain.money import parse_amount
from domain.renewal.renewal import PayBy, RenewalStatus
from domain.subscription.term import months_after
from simulation.api_client import ApiClient
from simulation.billing_data import Client as Customer
from simulation.bodies import order_body, payer_body
from simulation.people import BILLING, caller_of
from simulation.sandboxes import Bank, Transfer, payer_of
from workflows.case.kernel import CASE_STATUS

TARIFF, MONTHS = "400", 12
LEFT_DAYS = timedelta(days=20)
"""How long the running term still lasts: the next one waits for its first day."""
LOOK_SECONDS = 0.02
PAID_LIMIT_SECONDS = 60.0


@dataclass(frozen=True)
class Ordered:
    """A renewal that waits for its money."""

    number: int
    renewal_id: str
    invoice_number: str
    kopecks: int
    customer: Customer


class Renewals:
    """Subscriptions of the demo's clients, each registered, ordered and paid once."""

    def __init__(
        self,
        api: ApiClient,
        bank: Bank,
        customers: Sequence[Customer],
        numbers: Iterator[int],
        desk: BankDesk,
        client: Client,
    ) -> None:
        self._api = api
        self._bank = bank
        self._customers = customers
        self._numbers = numbers
        self._desk = desk
        self._client = client

    async def play(self, cases: int, at_once: int) -> Sequence[Played]:
        """All registered and ordered, then paid by one bank statement."""
        ordered = await side_by_side([self._ordered] * cases, at_once)
        await side_by_side([partial(self._send, one) for one in ordered], at_once)
        shared = (await self._desk.statement_imported(),)
        await side_by_side([partial(self._paid, one.renewal_id) for one in ordered], at_once)
        return [Played((one.renewal_id,), shared, cases) for one in ordered]

    async def _ordered(self) -> Ordered:
        """The host product registers a term; the client looks at the offers and takes one."""
        number = next(self._numbers)
        customer = self._customers[number % len(self._customers)]
        path = f"/v1/subscriptions/bench-{number}"
        subscription = _subscription(customer, moscow_date(datetime.now(UTC)))
        await self._api.command(BILLING, "PUT", path, subscription)
        client = caller_of(customer)
        offer = (await self._api.read(client, f"{path}/offers"))["items"][0]
        body = order_body(offer, PayBy.BANK_TRANSFER, payer_body(customer))
        placed = await self._api.command(client, "POST", f"{path}/orders", body)
        numbered = (number, placed["id"], placed["invoice_number"], parse_amount(placed["amount"]))
        return Ordered(*numbered, customer)

    async def _send(self, ordered: Ordered) -> None:
        transfer = Transfer(
            number=str(ordered.number),
            day=moscow_date(datetime.now(UTC)),
            kopecks=ordered.kopecks,
            payer=payer_of(ordered.customer),
            purpose=f"Оплата по счету № {ordered.invoice_number}, в т.ч. НДС",
        )
        await self._bank.receive(transfer)

    async def _paid(self, renewal_id: str) -> None:
        """Returns once the case has its money; Temporal is asked, which costs the product nothing.

        Raises `CaseUnfinished` when it does not come.
        """
        handle = self._client.get_workflow_handle(renewal_id)
        try:
            async with asyncio.timeout(PAID_LIMIT_SECONDS):
                while True:
                    described = await handle.describe()
                    if described.typed_search_attributes.get(CASE_STATUS) == RenewalStatus.PAID:
                        return
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            raise CaseUnfinished(renewal_id) from None


def _subscription(customer: Customer, today: date) -> dict[str, object]:
    ends_on = today + LEFT_DAYS
    term = {
        "tariff_code": TARIFF,
        "starts_on": months_after(ends_on + timedelta(days=1), -MONTHS).isoformat(),
        "ends_on": ends_on.isoformat(),
    }
    return {"client_id": customer.id, "title": "Компас", "term": term}
