"""Goods that come back: asked for, sent, inspected, settled by money or goods, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from bench.chaos.case_play import CasePlay
from bench.chaos.order_scenarios import GOODS_KOPECKS, PIECES, Comeback, OrderPlan
from bench.chaos.play import Days, Play
from domain.goods_return.goods_return import ENDED, GoodsReturnStatus, Settlement
from domain.goods_return.price import price_of
from simulation.api_client import ApiClient, Request, found_in
from simulation.expectation import Unexpected
from simulation.people import SPECIALIST, caller_of

WHY = "Не наш товар"
ASKED = PIECES - 1
COMEBACK_KOPECKS = price_of(GOODS_KOPECKS, PIECES, ASKED)
TRACK = "RU 4711"
PAST_THE_LEGAL_DAY = timedelta(days=11)


class ComebackPlay(CasePlay):
    """A consumer and the specialist of returns. `refund` plays the case that pays."""

    def __init__(self, plan: OrderPlan[Comeback], api: ApiClient, days: Days, refund: Play) -> None:
        super().__init__(api, days, "/v1/returns", SPECIALIST)
        self.plan = plan
        self._refund = refund
        self._client = caller_of(plan.invoice.client)

    @property
    def cases(self) -> tuple[str, ...]:
        """The return and its refund."""
        return (*super().cases, *self._refund.cases)

    async def play(self) -> None:
        """Until it has ended, and its money is paid back."""
        deeds: Mapping[Comeback, Callable[[], Awaitable[object]]] = {
            Comeback.REFUNDED: self._refunded,
            Comeback.BY_LAW: self._by_law,
            Comeback.TWICE: self._twice,
            Comeback.EXCHANGED: self._exchanged,
            Comeback.REJECTED: self._rejected,
            Comeback.RACING: self._racing,
            Comeback.WITHDRAWN: self._withdrawn,
        }
        await deeds[self.plan.course]()

    async def _refunded(self) -> None:
        await self._open()
        await self._settled_by_money()

    async def _by_law(self) -> None:
        """Nobody decides in time: the law's day starts the money, and the decision comes after. The
        days go by for its refund too, which is left to its end.
        """
        await self._open()
        await self._days.pass_for(self.id, PAST_THE_LEGAL_DAY)
        await self._accepted()
        await self._until(*ENDED)

    async def _racing(self) -> None:
        """Whoever comes first, one refund is opened; days may go by for it, so it is left too."""
        await self._open()
        await self._inspected()
        await asyncio.gather(
            self._days.pass_for(self.id, PAST_THE_LEGAL_DAY),
            self._say(SPECIALIST, "accept", settlement=Settlement.REFUND),
        )
        await self._until(*ENDED)

    async def _twice(self) -> None:
        """Two of three pieces, asked for twice at once: one of the two is refused."""
        first, second = await asyncio.gather(self._ask(), self._ask())
        if {first.status_code, second.status_code} != {HTTPStatus.CREATED, HTTPStatus.CONFLICT}:
            found = f"{found_in(first)}, {found_in(second)}"
            raise Unexpected(self.plan.invoice.number, "one return of two", found)
        taken = first if first.is_success else second
        self.id = taken.json()["id"]
        await self._settled_by_money()

    async def _exchanged(self) -> None:
        await self._open()
        await self._inspected()
        await self._say(SPECIALIST, "accept", settlement=Settlement.EXCHANGE)
        await self._until(GoodsReturnStatus.SETTLED)
        await self._say(SPECIALIST, "send", track=TRACK)
        await self._until(*ENDED)

    async def _rejected(self) -> None:
        await self._open()
        await self._inspected()
        await self._say(SPECIALIST, "reject", reason=WHY)
        await self._say(SPECIALIST, "send", track=TRACK)
        await self._until(*ENDED)

    async def _withdrawn(self) -> None:
        await self._open()
        await self._say(self._client, "withdraw")
        await self._until(GoodsReturnStatus.WITHDRAWN)

    async def _settled_by_money(self) -> None:
        await self._accepted()
        await self._paid_back()

    async def _accepted(self) -> None:
        await self._inspected()
        await self._say(SPECIALIST, "accept", settlement=Settlement.REFUND)

    async def _paid_back(self) -> None:
        view = await self._until(GoodsReturnStatus.SETTLED, *ENDED)
        await self._refund.carry_on(view["refund_id"], COMEBACK_KOPECKS)
        await self._until(*ENDED)

    async def _inspected(self) -> None:
        await self._say(SPECIALIST, "authorise")
        await self._say(self._client, "ship", track=TRACK)
        await self._say(SPECIALIST, "receive")
        await self._say(
            SPECIALIST,
            "inspect",
            packing=True,
            labels=True,
            unused=True,
            serial=True,
            lines=[{"line_no": 1, "pieces": ASKED}],
        )

    async def _open(self) -> None:
        answer = await self._ask()
        if not answer.is_success:
            raise Unexpected(self.plan.invoice.number, "a return", found_in(answer))
        self.id = answer.json()["id"]

    async def _ask(self) -> Any:
        body = {
            "invoice_number": self.plan.invoice.number,
            "ground": "wrong_goods",
            "lines": [{"line_no": 1, "pieces": ASKED}],
        }
        return await self._api.answer(self._client, Request("POST", "/v1/returns", body))
