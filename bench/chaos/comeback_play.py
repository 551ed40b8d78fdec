"""Goods that come back: asked for, sent, inspected, settled by money or goods, or not at all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from bench.chaos.case_play import LOOK_SECONDS, PATIENCE_SECONDS, CasePlay
from bench.chaos.order_scenarios import GOODS_KOPECKS, PIECES, Comeback, OrderPlan
from bench.chaos.play import Days, Play
from domain.calendar.bank_calendar import moscow_date
from domain.goods_return.goods_return import ENDED, GoodsReturnStatus, Settlement
from domain.goods_return.price import price_of
from domain.money import amount_text
from simulation.api_client import ApiClient, Request, found_in
from simulation.expectation import Unexpected
from simulation.people import ACCOUNTANT, SPECIALIST, caller_of
from simulation.upload import picture, upload
from starter.api.http.auth import Caller

WHY = "Следы использования"
ASKED = PIECES - 1
COMEBACK_KOPECKS = price_of(GOODS_KOPECKS, PIECES, ASKED)
CARRIAGE_KOPECKS = 450_50
"""What the client says that it has paid the carrier."""
TRACK = "RU 4711"
GREY = 128
"""The shade of a photo."""
PAST_THE_LEGAL_DAY = timedelta(days=11)


class ComebackPlay(CasePlay):
    """A consumer and the specialist of returns. `refund` plays the case that pays."""

    def __init__(self, plan: OrderPlan[Comeback], api: ApiClient, days: Days, refund: Play) -> None:
        super().__init__(api, days, "/v1/returns", SPECIALIST)
        self.plan = plan
        self._refund = refund
        self._client = caller_of(plan.invoice.client)
        self.is_carriage_paid = False
        """Whether the accountant was told that the carriage is paid back."""

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
            Comeback.CARRIAGE_PAID: self._carriage_paid,
            Comeback.CARRIAGE_RACING: self._carriage_racing,
            Comeback.CARRIAGE_REFUSED: self._carriage_refused,
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

    async def _carriage_paid(self) -> None:
        """What was refused is claimed anew; of two who pay it at once, one is refused."""
        await self._open()
        await self._inspected()
        await self._claim()
        await self._say(SPECIALIST, "carriage/refuse", reason=WHY)
        await self._claim()
        await self._exchange_sent()
        await self._say(SPECIALIST, "carriage/confirm")
        self._one_of(await asyncio.gather(self._pay(), self._pay()))
        self.is_carriage_paid = True
        await self._until(*ENDED)

    async def _carriage_racing(self) -> None:
        """Whoever comes first: it is paid, or it is refused and never paid."""
        await self._open()
        await self._inspected()
        await self._claim()
        await self._exchange_sent()
        await self._say(SPECIALIST, "carriage/confirm")
        refusal = self._try(SPECIALIST, "carriage/refuse", reason=WHY)
        taken = await asyncio.gather(self._pay(), refusal)
        self._one_of(taken)
        self.is_carriage_paid = taken[0]
        await self._until(*ENDED)

    async def _carriage_refused(self) -> None:
        await self._open()
        await self._inspected()
        await self._claim()
        await self._exchange_sent()
        await self._say(SPECIALIST, "carriage/refuse", reason=WHY)
        if await self._pay():
            raise Unexpected(f"{self.id}: a refused carriage", "not to be paid", "it was")
        await self._until(*ENDED)

    async def _claim(self) -> None:
        receipt = await self._handed_in(self._client, "Чек.png")
        amount = amount_text(CARRIAGE_KOPECKS)
        await self._say(self._client, "carriage", amount=amount, receipt=receipt)

    async def _exchange_sent(self) -> None:
        """All but the carriage is done, which keeps the return open."""
        await self._say(SPECIALIST, "accept", settlement=Settlement.EXCHANGE)
        await self._until(GoodsReturnStatus.SETTLED)
        await self._say(SPECIALIST, "send", track=TRACK)

    async def _pay(self) -> bool:
        today = moscow_date(datetime.now(UTC)).isoformat()
        return await self._try(ACCOUNTANT, "carriage/pay", on=today)

    def _one_of(self, taken: Sequence[bool]) -> None:
        if sum(taken) != 1:
            raise Unexpected(f"{self.id}: its carriage", "one word to be taken", f"{taken}")

    async def _rejected(self) -> None:
        """What is held against the client is on a photo, which it sees once it is scanned."""
        await self._open()
        photo = await self._handed_in(SPECIALIST, "Царапина.png")
        await self._inspected(sound=0, photos=(photo,))
        await self._shows(photo)
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

    async def _inspected(self, sound: int = ASKED, photos: Sequence[str] = ()) -> None:
        await self._say(SPECIALIST, "authorise")
        await self._say(self._client, "ship", track=TRACK)
        await self._say(SPECIALIST, "receive")
        await self._say(
            SPECIALIST,
            "inspect",
            packing=True,
            labels=True,
            unused=sound > 0,
            serial=True,
            lines=[{"line_no": 1, "pieces": sound}],
            photos=list(photos),
        )

    async def _handed_in(self, who: Caller, name: str) -> str:
        answer = await self._api.answer(who, upload({name: picture(GREY)}, "image/png"))
        if not answer.is_success:
            raise Unexpected(f"{self.id}: {name}", "to be taken", found_in(answer))
        return str(answer.json()[0]["id"])

    async def _shows(self, photo: str) -> None:
        """The client is given the photo as it was taken, as soon as the scanner found it clean."""
        path = f"{self._where}/{self.id}/photos/{photo}"
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = await self._api.answer(self._client, Request("GET", path))
            if answer.status_code != HTTPStatus.CONFLICT or time.monotonic() > deadline:
                break
            await asyncio.sleep(LOOK_SECONDS)
        if answer.status_code != HTTPStatus.OK or answer.content != picture(GREY):
            raise Unexpected(f"{self.id}: its photo", "the photo as it was taken", found_in(answer))

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
