"""The accountant between us and a bank at its worst: runs out, files over, statements in."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from http import HTTPStatus
from random import Random
from typing import Any

from bench.chaos.allocator import Allocator
from bench.chaos.our_books import OurBooks
from domain.banking.bank_reason import BankReason
from domain.banking.statement_import import BankStatementStatus
from simulation.api_client import ApiClient, Document, Request, found_in
from simulation.expectation import Unexpected
from simulation.people import ACCOUNTANT
from simulation.sandboxes import Bank, Payer, Rules, Transfer
from stack.product import OWN_ACCOUNT

PAUSE_SECONDS = 1.0
LOOK_SECONDS = 0.4
LOOKS = 450
"""How often a bank statement is looked at until it is imported or refused: three minutes."""
PAGE = 100
PAST_DAYS = 3
FUTURE_DAYS = (0, 1, 3, 8)
HORIZON_DAYS = 30
"""Nothing that the bank does is posted later than this after today."""
ENCODINGS = ("cp1251", "cp866", "utf-8")
READABLE, BROKEN = ("bom", "mixed_line_ends"), ("cut", "unbalanced", "signature")
LATE_DAYS, BACK_DAYS = 4, 12
REJECTED, RETURNED, LATE = 0.2, 0.2, 0.3
"""How likely the bank refuses an order, gives it back, and takes its time over it."""
STOPPED, DELIVERED_AGAIN = 0.3, 0.3
DAMAGED, UPLOADED_AGAIN = 0.3, 0.4
FOREIGN = 0.4
"""How likely somebody else pays us."""
FOREIGN_PAYER = Payer("ПАО СБЕРБАНК", "7707083893", "70601810000000000001", "044525225")
FOREIGN_PURPOSE = "Проценты на остаток по договору"
NOT_OURS = "К возвратам не относится"
PLAIN_TEXT = "text/plain"


@dataclass
class DeskLog:
    """What an accountant did. `wrong` are answers that must not be."""

    counts: Counter[str] = field(default_factory=Counter)
    set_aside: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)


class Desk:
    """One accountant, one thing after the other; the bank's mood is drawn by the seed."""

    def __init__(
        self,
        api: ApiClient,
        bank: Bank,
        ours: OurBooks,
        allocator: Allocator,
        today: date,
        rng: Random,
    ) -> None:
        self.log = DeskLog()
        self._allocator = allocator
        self._api = api
        self._bank = bank
        self._ours = ours
        self._today = today
        self._rng = rng
        self._mood: Rules = ()
        self._broken: dict[str, bool] = {}
        self._foreign = 0
        self._honest = False

    async def work(self, over: asyncio.Event) -> None:
        """Round after round until it is over, then once more: all that the bank has to tell."""
        while not over.is_set():
            for task in (
                self._pay,
                self._be_paid,
                self._bring_statements,
                self._set_aside,
                self._allocator.take_back,
                self._allocator.resolve,
            ):
                await self._done(task)
            await asyncio.sleep(PAUSE_SECONDS)
        await self._done(self._bring_the_rest)

    def calm_down(self) -> None:
        """From the next run on the bank is honest."""
        self._honest = True

    async def comes_back(self, case_id: str) -> bool:
        """Whether the bank has given back what the case believes to be paid."""
        numbers = await self._ours.paid_orders(case_id)
        if not numbers:
            return False
        orders = (await self._bank.books())["orders"]
        return any(order["returns"] and order["number"] in numbers for order in orders)

    async def _done(self, task: Callable[[], Awaitable[None]]) -> None:
        """The day goes on whatever one task comes to; its failure is not forgotten."""
        try:
            await task()
        except Exception as error:
            self.log.wrong.append(f"the accountant's {task.__name__}: {error!r}")

    # Money out.

    async def _pay(self) -> None:
        """Gathers a run, hands the file to the bank and the run over, in either order."""
        run = await self._gathered()
        if run is None:
            return
        orders = [order async for order in self._orders(run)]
        self._mood = self._drawn_mood([str(order["number"]) for order in orders])
        await self._put_bank_in_mood()
        states: dict[str, str] = {}

        async def deliver() -> None:
            states.update(await self._delivered(run))

        async def hand_over() -> None:
            await self._say(f"/v1/payment-runs/{run['id']}/handing-over")

        for task in self._rng.sample((deliver, hand_over), 2):
            await task()
            if self._rng.random() < UPLOADED_AGAIN:
                await self._bring_statements()
        for order in orders:
            if states[str(order["number"])] == "rejected":
                await self._reject(order)

    async def _gathered(self) -> Document | None:
        request = Request("POST", "/v1/payment-runs", {"own_account": OWN_ACCOUNT})
        answer = await self._api.answer(ACCOUNTANT, request)
        if answer.status_code == HTTPStatus.CONFLICT:
            return None
        run: Document = answer.json()
        if not answer.is_success or run["left_out"]:
            raise Unexpected("a payment run", "nothing left out", found_in(answer))
        self.log.counts["payment runs"] += 1
        return run

    async def _orders(self, run: Document) -> AsyncIterator[Document]:
        path = f"/v1/payment-runs/{run['id']}/orders?limit={PAGE}"
        page = await self._api.read(ACCOUNTANT, path)
        while True:
            for order in page["items"]:
                yield order
            if page["next"] is None:
                return
            page = await self._api.read(ACCOUNTANT, f"{path}&cursor={page['next']}")

    async def _put_bank_in_mood(self, *also: dict[str, Any]) -> None:
        """The run's rules and these; what went off until now is counted."""
        self.log.counts["faults of the bank"] += await self._bank.gone_off()
        await self._bank.misbehave([*self._mood, *also])

    def _drawn_mood(self, numbers: list[str]) -> Rules:
        """What the bank will do to each order, and where it stops in the middle of the file."""
        if self._honest:
            return ()
        rules = [rule for number in numbers for rule in self._drawn_rules(number)]
        if self._rng.random() < STOPPED:
            rules.append({"kind": "stop", "number": self._rng.choice(numbers), "times": 1})
        return rules

    def _drawn_rules(self, number: str) -> list[dict[str, Any]]:
        drawn, rules = self._rng.random(), []
        if drawn < REJECTED:
            return [{"kind": "reject", "number": number}]
        if drawn < REJECTED + RETURNED:
            days = self._rng.randint(0, BACK_DAYS)
            rules.append({"kind": "return", "number": number, "after_days": days})
        if self._rng.random() < LATE:
            days = self._rng.randint(1, LATE_DAYS)
            rules.append({"kind": "late", "number": number, "days": days})
        return rules

    async def _delivered(self, run: Document) -> Mapping[str, str]:
        """The bank's last word on each order of the file, which it may need several times."""
        file = await self._api.download(ACCOUNTANT, run["file"])
        states = await self._delivery(file)
        while "waiting" in states.values() or self._rng.random() < DELIVERED_AGAIN:
            if await self._api.download(ACCOUNTANT, run["file"]) != file:
                self.log.wrong.append(f"the file of run {run['id']} is another one now")
            states = await self._delivery(file)
        return states

    async def _delivery(self, file: bytes) -> Mapping[str, str]:
        self.log.counts["files delivered"] += 1
        return await self._bank.deliver(file)

    async def _reject(self, order: Document) -> None:
        path = f"/v1/payment-orders/{order['id']}/rejection"
        await self._say(path, {"reason": BankReason.ACCOUNT_NOT_FOUND})

    # Money in, which concerns no refund.

    async def _be_paid(self) -> None:
        if self._honest or self._rng.random() > FOREIGN:
            return
        self._foreign += 1
        number, kopecks = str(self._foreign), self._rng.randint(1, 10_000_00)
        await self._bank.receive(
            Transfer(number, self._today, kopecks, FOREIGN_PAYER, FOREIGN_PURPOSE)
        )

    async def _set_aside(self) -> None:
        """The accountant says of every other foreign entry that it concerns nobody."""
        path = f"/v1/bank-entries?status=unmatched&direction=in&limit={PAGE}"
        for entry in (await self._api.read(ACCOUNTANT, path))["items"]:
            if entry["purpose"] == FOREIGN_PURPOSE and int(entry["number"]) % 2:
                body = {"as": "ignored", "reason": NOT_OURS}
                await self._say(f"/v1/bank-entries/{entry['id']}/decision", body)
                self.log.set_aside.add(entry["id"])

    # What the bank says.

    async def _bring_statements(self) -> None:
        """Some files over overlapping periods, in any order; some are damaged, some come twice."""
        files = [await self._file() for _ in range(self._rng.randint(1, 3))]
        files += [file for file in files if self._rng.random() < UPLOADED_AGAIN]
        self._rng.shuffle(files)
        for file, broken in files:
            await self._upload(file, broken=broken)

    async def _file(self) -> tuple[bytes, bool]:
        """A statement of some days, and whether it was broken on its way."""
        first = self._today - timedelta(days=self._rng.randint(0, PAST_DAYS))
        days = self._rng.choice((*FUTURE_DAYS, HORIZON_DAYS))
        last = self._today + timedelta(days=days)
        how = self._rng.choice((*READABLE, *BROKEN))
        if self._honest or self._rng.random() > DAMAGED:
            return await self._statement(first, last), False
        await self._put_bank_in_mood({"kind": "damage", "how": how})
        file = await self._statement(first, last)
        await self._put_bank_in_mood()
        return file, how in BROKEN

    async def _statement(self, first: date, last: date) -> bytes:
        encoding = self._rng.choice(ENCODINGS)
        return await self._bank.statement(first, last, encoding)

    async def _upload(self, file: bytes, *, broken: bool) -> Document:
        request = Request("POST", "/v1/bank-statements", file=file, media_type=PLAIN_TEXT)
        taken = await self._api.ask(ACCOUNTANT, request)
        self._broken[taken["id"]] = broken
        self.log.counts["statements uploaded"] += 1
        return taken

    async def _bring_the_rest(self) -> None:
        """Everything at once, twice; then every file has been imported, or refused if broken."""
        await self._put_bank_in_mood()
        ahead = self._today + timedelta(days=HORIZON_DAYS)
        file = await self._statement(self._today - timedelta(days=PAST_DAYS), ahead)
        for _ in range(2):
            await self._upload(file, broken=False)
        for statement_id, broken in self._broken.items():
            status = await self._ended(statement_id)
            expected = BankStatementStatus.REFUSED if broken else BankStatementStatus.IMPORTED
            if status != expected:
                self.log.wrong.append(f"bank statement {statement_id} is {status}, not {expected}")
            self.log.counts[f"statements {status}"] += 1

    async def _ended(self, statement_id: str) -> str:
        for _ in range(LOOKS):
            found = await self._api.read(ACCOUNTANT, f"/v1/bank-statements/{statement_id}")
            if found["status"] != BankStatementStatus.RECEIVED:
                break
            await asyncio.sleep(LOOK_SECONDS)
        return str(found["status"])

    async def _say(self, path: str, body: Any = None) -> Document:
        return await self._api.ask(ACCOUNTANT, Request("POST", path, body))
