"""An unpaid order, a dispute and a return of goods, each from its beginning to its end."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from bench.driver import TemporalCases
from domain.billing.invoice import PaymentMethod, ProductKind
from domain.dispute.dispute import DisputeStatus
from domain.goods_return.goods_return import GoodsReturnStatus, Settlement
from domain.money import amount_text
from simulation.api_client import ApiClient, Document
from simulation.billing_data import Client, Invoice, Line, Payment
from simulation.dataset import KUZNETSOVA
from simulation.loading import load_invoices
from simulation.people import ACCOUNTANT, BILLING, SPECIALIST, caller_of
from simulation.sandboxes import Acquirer

DEBT_KOPECKS, ORDER_KOPECKS = 12_000_00, 9_000_00
LATE_DAYS, PAID_DAYS_AGO, ANSWER_DAYS = 10, 3, 9
LOOK_SECONDS = 0.05
LIMIT_SECONDS = 60.0
WHY = "По документам"
FIRST_DEBT, FIRST_ORDER, FIRST_GOODS = 900_001, 950_001, 980_001
"""Numbers that nothing else here has: refunds have those from 700,000, pages from 800,000."""


@dataclass(frozen=True)
class Orders:
    """Registered orders that nobody has asked about: of each kind, those that are still left."""

    debts: Iterator[Invoice]
    paid: Iterator[Invoice]
    goods: Iterator[Invoice]


async def registered(
    api: ApiClient, acquirer: Acquirer, today: date, *, debts: int, paid: int, goods: int = 0
) -> Orders:
    """So many of each kind, each of a client of its own."""
    found = Orders(
        iter([_debt(FIRST_DEBT + n, today) for n in range(debts)]),
        iter([_paid(FIRST_ORDER + n, today, _service()) for n in range(paid)]),
        iter([_paid(FIRST_GOODS + n, today, _keyboard(today)) for n in range(goods)]),
    )
    everything = [*found.debts, *found.paid, *found.goods]
    await load_invoices(api, acquirer, [one.client for one in everything], everything)
    return Orders(
        iter(everything[:debts]),
        iter(everything[debts : debts + paid]),
        iter(everything[debts + paid :]),
    )


class Unpaid:
    """Cases through the API, each of an order that is used once."""

    def __init__(self, orders: Orders, api: ApiClient, cases: TemporalCases) -> None:
        self._orders = orders
        self._api = api
        self._cases = cases

    async def collection(self) -> Sequence[str]:
        """Collected, then paid: billing tells of the money."""
        return await self._collected(looks=False)

    async def looked_for(self) -> Sequence[str]:
        """The same with one look for the money at the acquirer and among the bank's entries."""
        return await self._collected(looks=True)

    async def dispute(self) -> Sequence[str]:
        """Opened, looked into, rejected, and closed when nobody objects."""
        invoice = next(self._orders.paid)
        opened = await self._api.command(
            caller_of(invoice.client), "POST", "/v1/disputes", _complaint(invoice)
        )
        path = f"/v1/disputes/{opened['id']}"
        found = await self._until(path, DisputeStatus.REVIEW)
        verdict = {"outcome": "rejected", "reason": WHY, "seen_handed_in": found["handed_in"]}
        await self._api.command(SPECIALIST, "POST", f"{path}/decision", verdict)
        await self._cases.credit(opened["id"])
        return (str(opened["id"]),)

    async def goods_return(self) -> Sequence[str]:
        """Asked for, sent, inspected and exchanged."""
        invoice = next(self._orders.goods)
        client = caller_of(invoice.client)
        asked = {
            "invoice_number": invoice.number,
            "ground": "wrong_goods",
            "lines": [{"line_no": 1, "pieces": 1}],
        }
        opened = await self._api.command(client, "POST", "/v1/returns", asked)
        path = f"/v1/returns/{opened['id']}"
        found = {"packing": True, "labels": True, "unused": True, "serial": True}
        sound = {**found, "lines": [{"line_no": 1, "pieces": 1}]}
        for who, word, body in (
            (SPECIALIST, "authorise", None),
            (client, "ship", {"track": "RU 1"}),
            (SPECIALIST, "receive", None),
            (SPECIALIST, "inspect", sound),
            (SPECIALIST, "accept", {"settlement": Settlement.EXCHANGE}),
        ):
            await self._api.command(who, "POST", f"{path}/{word}", body)
        await self._until(path, GoodsReturnStatus.SETTLED)
        await self._api.command(SPECIALIST, "POST", f"{path}/send", {"track": "RU 2"})
        return (str(opened["id"]),)

    async def _collected(self, *, looks: bool) -> Sequence[str]:
        invoice = next(self._orders.debts)
        begin = f"/v1/invoices/{invoice.number}/collection"
        opened = await self._api.command(ACCOUNTANT, "POST", begin)
        path = f"/v1/collections/{opened['id']}"
        if looks:
            client = caller_of(invoice.client)
            await self._api.command(client, "POST", f"{path}/reason", {"answer": "failed"})
        paid = {
            "invoice_number": invoice.number,
            "method": PaymentMethod.BANK_TRANSFER,
            "acquirer_payment_id": None,
            "amount": amount_text(invoice.total_kopecks),
            "received_at": datetime.now(UTC).isoformat(),
        }
        await self._api.command(BILLING, "PUT", f"/v1/payments/bench-{invoice.number}", paid)
        await self._until(path, "paid")
        return (str(opened["id"]),)

    async def _until(self, path: str, status: str) -> Document:
        """The case once its row has a status and it knows so itself: a command that comes between
        the two has it read the row, which costs seven events.
        """
        async with asyncio.timeout(LIMIT_SECONDS):
            while True:
                found = await self._api.read(SPECIALIST, path)
                if found["status"] == status:
                    await self._cases.at_rest(str(found["id"]))
                    return found
                await asyncio.sleep(LOOK_SECONDS)


def _complaint(invoice: Invoice) -> Document:
    today = invoice.issued_on + timedelta(days=PAID_DAYS_AGO)
    return {
        "invoice_number": invoice.number,
        "kind": "other",
        "happened_on": invoice.issued_on.isoformat(),
        "problem": "Обучение не провели.",
        "proof": "Переписка с менеджером.",
        "steps": "Писали менеджеру.",
        "demand": "refund",
        "demand_amount": amount_text(invoice.total_kopecks),
        "answer_by": (today + timedelta(days=ANSWER_DAYS)).isoformat(),
    }


def _service() -> Line:
    return Line("Обучение", ProductKind.SERVICE, ORDER_KOPECKS)


def _keyboard(today: date) -> Line:
    delivered = today - timedelta(days=PAID_DAYS_AGO)
    return Line("Клавиатура", ProductKind.GOODS, ORDER_KOPECKS, delivered_on=delivered, quantity=3)


def _debt(number: int, today: date) -> Invoice:
    due_on = today - timedelta(days=LATE_DAYS)
    lines = (Line("Внедрение", ProductKind.SERVICE, DEBT_KOPECKS),)
    return Invoice(_number(due_on, number), _client(number), due_on, lines, None, due_on=due_on)


def _paid(number: int, today: date, line: Line) -> Invoice:
    issued_on = today - timedelta(days=PAID_DAYS_AGO)
    at, paid = datetime.combine(issued_on, time(9), UTC), f"bench-paid-{number}"
    payment = Payment(paid, PaymentMethod.BANK_CARD, at, f"taken-{number}")
    return Invoice(_number(issued_on, number), _client(number), issued_on, (line,), payment)


def _client(number: int) -> Client:
    client_id = f"order-{number}"
    return replace(KUZNETSOVA, id=client_id, email=f"{client_id}@orders.example")


def _number(day: date, number: int) -> str:
    return f"{day.year}-{number}"
