"""One renewal from its registration until it is paid, or until its people have gone home."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from bench.chaos.renewal_scenarios import BY_CARD, Course, RenewalPlan
from bench.chaos.transfers import Sent, Transfers
from domain.card.card_payment import CardStatus
from domain.money import amount_text, parse_amount
from domain.renewal.renewal import PayBy, RenewalStatus
from simulation.api_client import ApiClient, Document, Request, found_in
from simulation.bodies import order_body, payer_body
from simulation.expectation import Unexpected
from simulation.loading import client_body
from simulation.people import BILLING, caller_of
from simulation.sandboxes import Acquirer

LOOK_SECONDS = 0.4
PATIENCE_SECONDS = 300.0
"""How long a renewal may take to see its money."""
TARIFF = "400"
ABOVE_KOPECKS = 1_234_00
PART = 3
"""The first part of two is the price divided by this."""
PAID = (RenewalStatus.PAID, RenewalStatus.RENEWED)
ORDERABLE = (RenewalStatus.WATCHING, RenewalStatus.LAPSED, RenewalStatus.CLOSED)
PAY, DECLINE = "pay", "decline"


class RenewalPlay:
    """One subscription, its client, and whoever pays for it."""

    def __init__(
        self, plan: RenewalPlan, api: ApiClient, transfers: Transfers, acquirer: Acquirer
    ) -> None:
        self._plan = plan
        self._api = api
        self._transfers = transfers
        self._acquirer = acquirer
        self._client = caller_of(plan.client)
        self._id = ""
        self._invoice_number = ""
        self._price = 0
        self._declined = False

    async def play(self) -> None:
        """Registered, ordered, and whatever becomes of the money."""
        calls: Mapping[Course, Callable[[], Awaitable[object]]] = {
            Course.WHOLE: lambda: self._pay(self._price),
            Course.IN_PARTS: self._pay_in_parts,
            Course.OVER: lambda: self._pay(self._price + ABOVE_KOPECKS),
            Course.TWICE: lambda: self._pay(self._price, self._price),
            Course.BY_STRANGER: self._paid_by_stranger,
            Course.STRANGER_LEFT: self._left_to_stranger,
            Course.UNDONE: self._pay_and_undo,
            Course.CANCELLED: self._cancel_then_pay,
            Course.RACING: self._cancel_while_paying,
            Course.BY_CARD: self._pay_by_card,
            Course.DECLINED_CARD: self._pay_by_card,
            Course.RACING_CARD: self._pay_by_card,
            Course.UNPAID: self._nothing,
        }
        await self._register()
        await self._order()
        if self._plan.claims and not self._is_by_card:
            await self._say("claim")
        await calls[self._plan.course]()

    async def _register(self) -> None:
        plan = self._plan
        body: dict[str, Any] = {"client_id": plan.client.id, "title": "Компас"}
        if plan.starts_on is not None and plan.ends_on is not None:
            days = {"starts_on": plan.starts_on.isoformat(), "ends_on": plan.ends_on.isoformat()}
            body["term"] = {"tariff_code": TARIFF, **days}
        client = Request("PUT", f"/v1/clients/{plan.client.id}", client_body(plan.client))
        await self._api.ask(BILLING, client)
        await self._api.ask(BILLING, Request("PUT", self._subscription, body))

    async def _order(self) -> None:
        """The likeliest offer of the moment."""
        offers = await self._api.read(self._client, f"{self._subscription}/offers")
        method = PayBy.BANK_CARD if self._is_by_card else PayBy.BANK_TRANSFER
        body = order_body(offers["items"][0], method, payer_body(self._plan.client))
        request = Request("POST", f"{self._subscription}/orders", body)
        placed = await self._api.ask(self._client, request)
        self._id, self._invoice_number = placed["id"], placed["invoice_number"]
        self._price = parse_amount(placed["amount"])

    @property
    def cases(self) -> tuple[str, ...]:
        """The renewal that is played, once it is ordered."""
        return (self._id,) if self._id else ()

    # By transfer.

    async def _pay(self, *sums: int) -> None:
        for kopecks in sums:
            await self._send(kopecks)
        await self._until_paid()

    async def _pay_in_parts(self) -> None:
        """The rest comes once the client may have heard that it is missing, or at once."""
        part = self._price // PART
        await self._send(part)
        if self._plan.claims:
            await self._until(lambda view: _has_got(view, part))
        await self._send(self._price - part)
        await self._until_paid()

    async def _paid_by_stranger(self) -> None:
        sent = Sent(self._invoice_number)
        await self._transfers.send(self._plan.stranger, self._price, sent, self._plan.words)
        await self._until_paid()

    async def _left_to_stranger(self) -> None:
        sent = Sent(self._invoice_number, is_left=True)
        await self._transfers.send(self._plan.stranger, self._price, sent, self._plan.words)

    async def _pay_and_undo(self) -> None:
        sent = Sent(self._invoice_number, is_undone=True)
        number = await self._transfers.send(self._plan.client, self._price, sent, self._plan.words)
        await self._until(lambda _: number in self._transfers.settled)
        await self._until_paid()

    async def _cancel_then_pay(self) -> None:
        await self._say("cancel-order")
        await self._send(self._price)

    async def _cancel_while_paying(self) -> None:
        """Whoever comes first wins; money that comes to a void invoice is a surplus."""
        await self._send(self._price)
        if not await self._is_cancelled():
            await self._until_paid()

    async def _is_cancelled(self) -> bool:
        """Calls the order off; False when the money, or something else, was there before."""
        request = Request("POST", f"{self._case}/cancel-order")
        answer = await self._api.answer(self._client, request)
        if not answer.is_success and answer.status_code != HTTPStatus.CONFLICT:
            raise Unexpected(self._id, "to be cancelled", found_in(answer))
        return answer.is_success

    async def _nothing(self) -> None:
        """The client forgets."""

    async def _send(self, kopecks: int) -> None:
        sent = Sent(self._invoice_number)
        await self._transfers.send(self._plan.client, kopecks, sent, self._plan.words)

    # By card.

    async def _pay_by_card(self) -> None:
        """Pays on the page; orders again whenever a payment came to nothing. Who cancels meanwhile
        leaves the money to be held as a surplus, if it still came.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (view := await self._view())["status"] not in PAID:
            page = view.get("payment_page") or {}
            if page.get("href") is not None and self._plan.course is Course.RACING_CARD:
                await asyncio.gather(self._answer_page(page["href"]), self._is_cancelled())
                return
            if page.get("href") is not None:
                await self._answer_page(page["href"])
            elif view["status"] in ORDERABLE and view.get("order") is None:
                await self._order()
            elif page.get("status") == CardStatus.CANCELLED:
                await self._is_cancelled()
            if time.monotonic() > deadline:
                raise Unexpected(self._id, "a card payment", f"none in {PATIENCE_SECONDS:g} s")
            await asyncio.sleep(LOOK_SECONDS)

    async def _answer_page(self, href: str) -> None:
        declines = self._plan.course is Course.DECLINED_CARD and not self._declined
        self._declined = self._declined or declines
        await self._acquirer.answer_page(href, DECLINE if declines else PAY)

    @property
    def _is_by_card(self) -> bool:
        return self._plan.course in BY_CARD

    # How it looks.

    async def _until_paid(self) -> None:
        await self._until(lambda view: view["status"] in PAID)

    async def _until(self, is_so: Callable[[Document], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_so(view := await self._view()):
            if time.monotonic() > deadline:
                raise Unexpected(
                    self._id, f"to leave {view['status']}", f"{PATIENCE_SECONDS:g} s in it"
                )
            await asyncio.sleep(LOOK_SECONDS)

    async def _view(self) -> Document:
        return await self._api.read(self._client, self._case)

    async def _say(self, command: str) -> Document:
        return await self._api.ask(self._client, Request("POST", f"{self._case}/{command}"))

    @property
    def _case(self) -> str:
        return f"/v1/renewals/{self._id}"

    @property
    def _subscription(self) -> str:
        return f"/v1/subscriptions/{self._plan.subscription_id}"


def _has_got(view: Document, kopecks: int) -> bool:
    """Whether the open invoice has got this much, or the case all that it asked for."""
    invoice = view.get("invoice")
    return view["status"] in PAID or (
        invoice is not None and invoice["paid"] == amount_text(kopecks)
    )
