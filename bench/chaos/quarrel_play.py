"""One dispute: papers, a decision, an objection, a chargeback; and the refund that it leads to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from bench.chaos.case_play import CasePlay
from bench.chaos.order_scenarios import OrderPlan, Quarrel
from bench.chaos.play import Days, Play, appears
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.dispute.dispute import DisputeStatus
from domain.money import amount_text
from simulation.api_client import ApiClient, Document, Request, found_in, named
from simulation.expectation import Unexpected
from simulation.people import ACCOUNTANT, SPECIALIST, caller_of
from simulation.sandboxes import Acquirer
from starter.api.http.auth import Caller

ANOTHER_SPECIALIST = Caller("o.vetrova", Role.SPECIALIST)
"""Decides what was objected to."""
WHY = "По документам"
PAYMENT_RECEIPT = 2
"""A kind of paper."""
AWARDED_KOPECKS = 1_500_00
COMPENSATION_KOPECKS = 100_00
LOOKS = timedelta(days=2)
"""Longer than the system looks by itself."""
NO_OBJECTION = timedelta(days=15)
ANSWER_DAYS, RESPOND_DAYS = 9, 20
DIFFERENCES, PAGE = "/v1/acquirer-differences", 100
DECIDABLE = (DisputeStatus.REVIEW, DisputeStatus.APPEALED)
ENDED = (DisputeStatus.CLOSED, DisputeStatus.WITHDRAWN)


class ChargedBackRefund(Play):
    """A refund of an order whose payer goes to its bank as well."""

    async def play(self) -> None:
        """There is nothing to ask for where the payer's bank was first."""
        request = Request("POST", "/v1/refunds", {"invoice_number": self._plan.invoice.number})
        answer = await self._api.answer(self._client, request)
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            return
        if not answer.is_success:
            raise Unexpected(named(self._client, request), "a refund", found_in(answer))
        self.refund_ids.append(answer.json()["id"])
        await self._to_its_end()

    async def _judge(self) -> None:
        """There is nothing left to refund where the payer's bank was first."""
        line = {"line_no": 1, "amount": amount_text(self._plan.invoice.total_kopecks)}
        body = {"lines": [line], "reason": WHY}
        word = Request("POST", f"{self._case}/calculation", body)
        if not (await self._api.answer(SPECIALIST, word)).is_success:
            await self._say(SPECIALIST, "decline", {"reason": WHY})

    async def _release(self) -> None:
        """The accountant books what the payer's bank has taken, or lets the acquirer try again."""
        word = Request("POST", f"{self._case}/payout/given-back", {"reason": WHY})
        if not (await self._api.answer(ACCOUNTANT, word)).is_success:
            await self._api.answer(
                ACCOUNTANT, Request("POST", f"{self._case}/payout/retry", {"reason": WHY})
            )


class QuarrelPlay(CasePlay):
    """A client that complains of an order, and those who answer. `refund` plays what is paid
    back.
    """

    def __init__(
        self,
        plan: OrderPlan[Quarrel],
        api: ApiClient,
        days: Days,
        acquirer: Acquirer,
        refund: Play,
    ) -> None:
        super().__init__(api, days, "/v1/disputes", SPECIALIST)
        self.plan = plan
        self._acquirer = acquirer
        self._refund = refund
        self._client = caller_of(plan.invoice.client)

    @property
    def cases(self) -> tuple[str, ...]:
        """The dispute and its refund."""
        return (*super().cases, *self._refund.cases)

    async def play(self) -> None:
        """Until it has ended, and what was awarded is paid."""
        deeds: Mapping[Quarrel, Callable[[], Awaitable[object]]] = {
            Quarrel.REFUNDED: self._refunded,
            Quarrel.CHARGED_BACK: self._charged_back,
            Quarrel.COMPENSATED: self._compensated,
            Quarrel.APPEALED: self._appealed,
            Quarrel.REJECTED: self._rejected,
            Quarrel.WITHDRAWN: self._withdrawn,
            Quarrel.CHARGEBACK_WON: self._chargeback_won,
        }
        await deeds[self.plan.course]()

    async def _refunded(self) -> None:
        await self._open()
        await self._decide(SPECIALIST, DisputeStatus.RESOLVED_CLIENT)
        await self._performed()

    async def _compensated(self) -> None:
        await self._open()
        await self._until(*DECIDABLE, passing=LOOKS)
        await self._say(SPECIALIST, "papers-request", kinds=[PAYMENT_RECEIPT], reason=WHY)
        await self._say(self._client, "submission", text="Больше ничего нет")
        today = moscow_date(datetime.now(UTC))
        compensation = {
            "amount": amount_text(COMPENSATION_KOPECKS),
            "rule": "penalty_service",
            "base": amount_text(self.plan.invoice.total_kopecks),
            "first_day": (today - timedelta(days=30)).isoformat(),
            "last_day": today.isoformat(),
        }
        await self._decide(SPECIALIST, DisputeStatus.RESOLVED_PARTLY, compensation)
        await self._until(DisputeStatus.PERFORMING)
        await self._say(ACCOUNTANT, "compensation", reason=WHY, on=today.isoformat())
        await self._performed()

    async def _appealed(self) -> None:
        await self._open()
        await self._decide(SPECIALIST, DisputeStatus.REJECTED)
        await self._say(self._client, "appeal", text="Не согласны: услуга не оказана")
        await self._decide(ANOTHER_SPECIALIST, DisputeStatus.RESOLVED_PARTLY)
        await self._performed()

    async def _rejected(self) -> None:
        await self._open()
        await self._decide(SPECIALIST, DisputeStatus.REJECTED)
        await self._until(DisputeStatus.CLOSED, passing=NO_OBJECTION)

    async def _withdrawn(self) -> None:
        await self._open()
        await self._say(self._client, "withdrawal")
        await self._until(DisputeStatus.WITHDRAWN)

    async def _charged_back(self) -> None:
        """The payer's bank takes the money back while we refund it: once, whoever comes first."""
        await asyncio.gather(self._take_back(), self._refund.play())
        await self._until_outside()
        await self._ended_outside("lost")

    async def _chargeback_won(self) -> None:
        await self._open()
        await self._take_back()
        await self._until(DisputeStatus.OUTSIDE)
        await self._ended_outside("won")

    async def _ended_outside(self, outcome: str) -> None:
        """The payer's bank has decided; the accountant has seen the difference with the acquirer's
        list, and says so.
        """
        today = moscow_date(datetime.now(UTC)).isoformat()
        await self._say(ACCOUNTANT, "outside-result", outcome=outcome, reason=WHY, on=today)
        await self._until(*ENDED)
        found = await self._api.read(ACCOUNTANT, DIFFERENCES, open="true", limit=PAGE)
        payment = self.plan.invoice.payment
        for one in found["items"]:
            if payment is not None and one["acquirer_payment_id"] == payment.acquirer_id:
                path = f"{DIFFERENCES}/{one['id']}/decision"
                await self._api.command(ACCOUNTANT, "POST", path, {"reason": WHY})

    async def _take_back(self) -> None:
        payment = self.plan.invoice.payment
        if payment is None or payment.acquirer_id is None:
            raise AssertionError("only what the acquirer took can be charged back")
        until = moscow_date(datetime.now(UTC)) + timedelta(days=RESPOND_DAYS)
        await self._acquirer.take_back(payment.acquirer_id, self.plan.invoice.total_kopecks, until)

    async def _until_outside(self) -> None:
        """The dispute that begins with the chargeback."""
        dispute_id = f"dispute-{self.plan.invoice.number}-1"
        await appears(self._api, SPECIALIST, f"/v1/disputes/{dispute_id}")
        self.id = dispute_id
        await self._until(DisputeStatus.OUTSIDE)

    async def _open(self) -> None:
        today = moscow_date(datetime.now(UTC))
        complaint = {
            "invoice_number": self.plan.invoice.number,
            "kind": "not_received",
            "happened_on": today.isoformat(),
            "problem": "Обучение не провели",
            "proof": "Переписка с менеджером",
            "steps": "Писали менеджеру дважды",
            "demand": "refund",
            "demand_amount": amount_text(self.plan.invoice.total_kopecks),
            "answer_by": (today + timedelta(days=ANSWER_DAYS)).isoformat(),
        }
        opened = await self._api.ask(self._client, Request("POST", "/v1/disputes", complaint))
        self.id = opened["id"]

    async def _decide(
        self, who: Caller, outcome: DisputeStatus, compensation: Document | None = None
    ) -> None:
        view = await self._until(*DECIDABLE, passing=LOOKS)
        awarded = {DisputeStatus.REJECTED: None}.get(outcome, amount_text(AWARDED_KOPECKS))
        await self._say(
            who,
            "decision",
            outcome=outcome,
            reason=WHY,
            seen_handed_in=view["handed_in"],
            awarded=awarded,
            compensation=compensation,
        )

    async def _performed(self) -> None:
        """The refund is played to its end, which closes the dispute."""
        view = await self._until(DisputeStatus.PERFORMING, *ENDED)
        await self._refund.carry_on(view["refund_id"], AWARDED_KOPECKS)
        await self._until(*ENDED)
