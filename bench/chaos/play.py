"""One refund from the request to its end, by people who look where it stands and do what is due."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import TimeSkipper, TimeSkippingConfig

from bench.chaos.letters import Post
from bench.chaos.scenarios import PART_KOPECKS, Course, Plan, requisites_of
from domain.money import amount_text
from domain.refund.refund import UNPAID_ENDS, RefundStatus
from domain.refund.scan import UNCHECKED
from simulation.api_client import ApiClient, Document, Request, found_in
from simulation.expectation import Unexpected
from simulation.people import ACCOUNTANT, SPECIALIST, caller_of
from starter.api.http.auth import Caller

LOOK_SECONDS = 0.4
PATIENCE_SECONDS = 300.0
"""How long a case may stay in a status that people do nothing about."""
SKIP_LIMIT_SECONDS = 20.0
LONGER_THAN_ANY_WAIT = timedelta(days=45)
SCAN = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n"
    b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \n"
    b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n170\n%%EOF\n"
)
REASON = "Часть услуг оказана"
REMARKS = "Укажите, пожалуйста, другой счёт"

ComesBack = Callable[[str], Awaitable[bool]]
"""Whether money of a case is on its way back from the bank, by the bank's own books."""


class Days:
    """The days of single cases, which pass when somebody says so."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._skipper = TimeSkipper(client, config=TimeSkippingConfig(enabled=False))

    async def pass_for(self, case_id: str, days: timedelta = LONGER_THAN_ANY_WAIT) -> None:
        """Lets more days pass than any wait of a refund lasts, or so many; a repeat after a failure
        lets pass more.
        """
        handle = self._client.get_workflow_handle(case_id)
        try:
            async with asyncio.timeout(SKIP_LIMIT_SECONDS):
                await self._skipper.fast_forward(handle, days)
        except (RPCError, TimeoutError, RuntimeError):
            return  # the server is away, or the case has ended: the caller looks, and repeats


class Play:
    """The refund, or two parts of it, of one invoice."""

    def __init__(
        self, plan: Plan, api: ApiClient, post: Post, days: Days, comes_back: ComesBack
    ) -> None:
        self.refund_ids: list[str] = []
        self._plan = plan
        self._api = api
        self._post = post
        self._days = days
        self._comes_back = comes_back
        self._stated = 0
        self._client = caller_of(plan.invoice.client)
        self._asked = tuple(line.sum_kopecks for line in plan.invoice.lines)
        self._returned = False
        self._released = False
        self._deeds: Mapping[RefundStatus, Callable[[], Awaitable[object]]] = {
            RefundStatus.AWAITING_SPECIALIST: self._judge,
            RefundStatus.AWAITING_STATEMENT: self._state,
            RefundStatus.UNDER_REVIEW: self._review,
            RefundStatus.AWAITING_APPROVAL: lambda: self._say(ACCOUNTANT, "approval"),
            RefundStatus.PAYOUT_HELD: self._release,
        }

    async def play(self) -> None:
        """Until every part has ended, or waits for somebody who has gone home."""
        for part in range(1, self._plan.parts + 1):
            opened = await self._ask("POST", "/v1/refunds", self._request(part))
            self.refund_ids.append(opened["id"])
            await self._to_its_end()

    async def carry_on(self, refund_id: str, kopecks: int) -> None:
        """Plays a refund of so much that another process has begun, once it is stored."""
        self._asked = (kopecks,)
        await appears(self._api, self._client, f"/v1/refunds/{refund_id}")
        self.refund_ids.append(refund_id)
        await self._to_its_end()

    @property
    def cases(self) -> tuple[str, ...]:
        """The refunds that were asked for."""
        return tuple(self.refund_ids)

    async def _to_its_end(self) -> None:
        """Looks and acts, again and again: a payout may come back to the client at any time."""
        since, before = time.monotonic(), None
        while True:
            view, comes_back = await self._look()
            status, over = RefundStatus(view["status"]), _is_over(view)
            if (over and not comes_back) or self._is_left(status):
                return
            if status != before:
                since, before = time.monotonic(), status
            if time.monotonic() - since > PATIENCE_SECONDS:
                raise Unexpected(self._id, f"to leave {status}", f"{PATIENCE_SECONDS:g} s in it")
            if status is RefundStatus.COMPLETED:
                await self._let_days_pass(wait=over or (comes_back and self._plan.lingers))
            elif status in self._deeds:
                await self._act(status)
            else:
                await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> tuple[Document, bool]:
        """The case, and whether money is on its way back to it."""
        view = await self._api.read(self._client, self._case)
        if view["status"] != RefundStatus.COMPLETED:
            return view, False
        comes_back = await self._comes_back(self._id)
        # Read again: money that came back in between is not on its way any more, and it shows here.
        return await self._api.read(self._client, self._case), comes_back

    async def _let_days_pass(self, *, wait: bool) -> None:
        """The credited money is believed in, unless it is the bank that is waited for."""
        if wait:
            await asyncio.sleep(LOOK_SECONDS)
        else:
            await self._days.pass_for(self._id)

    async def _act(self, status: RefundStatus) -> None:
        if self._plan.course is Course.WITHDRAWN and status is self._plan.stops_in:
            await self._say(self._client, "withdrawal")
        else:
            await self._deeds[status]()

    def _is_left(self, status: RefundStatus) -> bool:
        return self._plan.course is Course.LEFT and status is self._plan.stops_in

    async def _judge(self) -> None:
        if self._plan.course is Course.DECLINED:
            await self._say(SPECIALIST, "decline", {"reason": REASON})
            return
        lines = [
            {"line_no": number, "amount": amount_text(kopecks)}
            for number, kopecks in enumerate(self._asked, start=1)
        ]
        await self._say(SPECIALIST, "calculation", {"lines": lines, "reason": REASON})

    async def _state(self) -> None:
        """The client's statement: requisites, then a scan or a code; or nothing for a month."""
        if self._plan.course is Course.EXPIRED:
            await self._days.pass_for(self._id)
            return
        requisites = requisites_of(self._plan.invoice.client, self._stated)
        self._stated += 1
        await self._ask("PUT", f"{self._case}/statement", asdict(requisites))
        if self._plan.by_scan:
            request = Request("PUT", f"{self._case}/statement/scan", file=SCAN)
            await self._api.ask(self._client, request)
            return
        number = self._plan.invoice.number
        seen = self._post.seen_codes(number)
        await self._ask("POST", f"{self._case}/statement/code")
        code = await self._post.code(number, seen)
        await self._ask("POST", f"{self._case}/statement/signature", {"code": code})

    async def _review(self) -> None:
        if self._plan.course is Course.RETURNED and not self._returned:
            self._returned = True
            await self._say(SPECIALIST, "return", {"remarks": REMARKS})
        else:
            await self._accept()

    async def _accept(self) -> None:
        """A scan is waited for until it is scanned: nobody accepts what cannot be opened."""
        acceptance = Request("POST", f"{self._case}/acceptance")
        answer = await self._api.answer(SPECIALIST, acceptance)
        if answer.is_success:
            return
        if answer.json().get("code") != UNCHECKED:
            raise Unexpected(self._id, "to be accepted", found_in(answer))
        await asyncio.sleep(LOOK_SECONDS)

    async def _release(self) -> None:
        """The accountant lets the acquirer try once more, and then the bank."""
        word = "payout/by-bank" if self._released else "payout/retry"
        self._released = True
        await self._say(ACCOUNTANT, word, {"reason": REASON})

    def _request(self, part: int) -> dict[str, Any]:
        body: dict[str, Any] = {"invoice_number": self._plan.invoice.number}
        if self._plan.course is Course.IN_TWO_PARTS:
            body["lines"] = [{"line_no": part, "amount": amount_text(PART_KOPECKS)}]
        return body

    @property
    def _id(self) -> str:
        return self.refund_ids[-1]

    @property
    def _case(self) -> str:
        return f"/v1/refunds/{self._id}"

    async def _ask(self, method: str, path: str, body: Any = None) -> Document:
        return await self._api.ask(self._client, Request(method, path, body))

    async def _say(self, caller: Caller, command: str, body: Any = None) -> Document:
        return await self._api.ask(caller, Request("POST", f"{self._case}/{command}", body))


async def appears(api: ApiClient, caller: Caller, path: str) -> None:
    """Returns once something that another process begins is stored."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (await api.answer(caller, Request("GET", path))).status_code == HTTPStatus.NOT_FOUND:
        if time.monotonic() > deadline:
            raise Unexpected(path, "to appear", f"nothing in {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(LOOK_SECONDS)


def _is_over(view: Document) -> bool:
    return view["status"] in UNPAID_ENDS or view.get("closed_at") is not None
