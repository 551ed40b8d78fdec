"""Renewals with their real steps, whose worker can be away and whose database can be held up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkippingConfig

from activities.banking.incoming_money import MoneyActivities
from activities.card.card_payment import CardPaymentActivities
from activities.case.operators import OperatorActivities
from activities.renewal import RenewalActivities
from activities.renewal.signal_renewals import signal_renewals
from domain.calendar.bank_calendar import end_of_moscow_day, moscow_date
from domain.card.card_payment import card_payment_workflow_id
from domain.case.decision import Decision
from domain.renewal.renewal import RenewalRequest, RenewalTransitionResult
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks
from tests.workflows.case_under_test import eventually
from tests.workflows.race import Answer, Installation
from tests.workflows.status_race import RacedStatusCase
from workflows.money import RecheckWorkflow
from workflows.renewal import RenewalWorkflow

ALONE = TimeSkippingConfig(enabled=False, disable_propagation=True)
"""A case that begins while another one's time is skipped has a clock of its own."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
LEFT_DAYS = 10
"""Of the term that a case watches, today among them: less than an invoice is valid for."""
TERM_DAYS = 330
CABINET_URL = "https://kopeyka.example"


@dataclass
class RenewalRace(Installation):
    """Renewals that are raced."""

    books: RenewalBooks

    @asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        """A worker for renewals, their cards and their money while the block runs."""
        card = CardPaymentActivities(self.database, self.gateway, cabinet_url=CABINET_URL)
        money = MoneyActivities(self.database)
        steps = (RenewalActivities(self.database), card, money, OperatorActivities(self.database))
        async with self.serving(*steps):
            yield

    def case(self, request: RenewalRequest) -> "RacedRenewal":
        """A case that nobody has opened yet."""
        case = RacedRenewal(self, request)
        self.cases.append(case)
        return case

    async def watching(self) -> "RacedRenewal":
        """A case that has just been opened for a term near its end; needs a worker."""
        today = moscow_date(datetime.now(UTC))
        self._confirm_years(today)
        subscription_id = self.books.subscription()
        first = today + (LEFT_DAYS - TERM_DAYS) * DAY
        term_id = self.books.term(subscription_id, first, today + (LEFT_DAYS - 1) * DAY)
        case = self.case(self.books.renewal_request(subscription_id, term_id))
        await case.told("ask", case.request)
        return case

    def _confirm_years(self, today: date) -> None:
        """Whatever day it is, its bank days and those of the coming weeks are known."""
        for year in (today.year, today.year + 1):
            self.books.connection.execute(
                "INSERT INTO calendar_years VALUES (%s, 'orlov', now()) ON CONFLICT DO NOTHING",
                [year],
            )

    async def ordered(self, **columns: Any) -> "RacedRenewal":
        """A case that waits for its money."""
        case = await self.watching()
        await case.says("order", case.order(**columns))
        return case

    async def checking(self) -> "RacedRenewal":
        """A case whose term is over, and for whose money a fresh statement was asked for."""
        case = await self.ordered()
        await case.approach(case.expires_at, -MINUTE)
        await case.until("checking_payment")
        return case

    async def lapsed(self) -> "RacedRenewal":
        """A case in its grace, whose invoice was not paid."""
        case = await self.checking()
        await case.approach(case.wait_until, -MINUTE)
        await case.until("lapsed")
        return case

    async def closed(self) -> "RacedRenewal":
        """A case whose grace is over too, and whose run has ended; its invoice is not void."""
        case = await self.lapsed()
        await case.approach(case.wait_until, -MINUTE)
        await case.until("closed")
        await case.ends()
        return case

    async def paid(self) -> "RacedRenewal":
        """A case whose next term is stored and has not begun."""
        case = await self.ordered()
        await case.pay()
        await self.tell()
        await case.until("paid")
        return case

    async def tell(self) -> int:
        """Has every case look of whose money there is news."""
        return await signal_renewals(self.client, self.database, self.queue)

    async def tells_clients_too(self) -> None:
        """The same with the letters about surpluses, as its process does; needs a worker."""
        await self.client.execute_workflow(
            RecheckWorkflow.run,
            "a payment",
            id=f"money-news-{uuid4().hex}",
            task_queue=self.queue,
        )

    def stores(self, number: str, amount_kopecks: int = PRICE_KOPECKS) -> "asyncio.Task[None]":
        """Money that somebody stores beside us, however long that takes."""

        def store() -> None:
            books = RenewalBooks(self.books.connection.info.dsn)
            try:
                books.paid_by_bank(number, amount_kopecks, moscow_date(datetime.now(UTC)))
            finally:
                books.close()

        return asyncio.create_task(asyncio.to_thread(store))

    @asynccontextmanager
    async def held(self, locking: str, **params: Any) -> AsyncIterator["Held"]:
        """Rows that nobody else may touch until they are let go; at the end of the block at last.

        Whatever needs them stops half-way, with its own locks taken.
        """
        connection = psycopg.connect(self.books.connection.info.dsn)
        try:
            connection.execute(locking.encode(), params)
            yield Held(self.books, connection)
        finally:
            connection.close()


@dataclass
class Held:
    """Somebody else's transaction."""

    books: RenewalBooks
    connection: psycopg.Connection[Any]

    async def holds_up(self, how_many: int) -> None:
        """Returns once so many others wait for a row."""

        async def wait() -> bool:
            return self.waiting == how_many

        await eventually(wait)

    @property
    def waiting(self) -> int:
        """How many others wait for a row."""
        sql = (
            "SELECT count(*) AS n FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(self.books.row(sql).n)

    def let_go(self) -> None:
        """Ends the transaction."""
        self.connection.commit()


@dataclass
class RacedRenewal(RacedStatusCase):
    """A renewal and what is known of it on all sides."""

    workflow = RenewalWorkflow
    result = RenewalTransitionResult
    table = "renewal"
    skipping = ALONE

    race: RenewalRace
    request: RenewalRequest

    @property
    def id(self) -> str:
        """The case's and its workflow's."""
        return self.request.renewal_id

    @property
    def client_id(self) -> str:
        """Whose subscription it is."""
        return self.request.client_id

    @property
    def others(self) -> list[WorkflowHandle[Any, Any]]:
        """The payments by card of its orders, and the cases of the subscription's other terms."""
        books, subscription_id = self.race.books, self.request.subscription_id
        orders = books.rows("SELECT id FROM orders WHERE renewal_id = %(id)s", id=self.id)
        cases = books.rows(
            "SELECT id FROM renewals WHERE subscription_id = %(s)s AND id <> %(id)s",
            s=subscription_id,
            id=self.id,
        )
        ids = [card_payment_workflow_id(str(row.id)) for row in orders]
        ids += [row.id for row in cases]
        return [self.race.client.get_workflow_handle(one) for one in ids]

    # What is said to it.

    async def says(self, update: str, submission_id: str | None = None) -> RenewalTransitionResult:
        """The client's command, while there is a worker."""
        result: RenewalTransitionResult = await self._ask(update, "client", submission_id, None)
        return result

    async def sends(self, update: str, submission_id: str | None = None) -> Answer:
        """The client's command that the server has taken while no worker is there."""
        return await self.sent(update, "client", submission_id)

    def asks(self, update: str, submission_id: str | None = None) -> Answer:
        """The client's command, while there is a worker that may be held up."""
        return asyncio.create_task(self._ask(update, "client", submission_id, None))

    async def looks(self) -> None:
        """Tells the case that there is something to look at, as whoever stored it does."""
        await self.handle.signal("recheck")

    async def told(self, update: str, argument: object, update_id: str | None = None) -> Any:
        """An update with start, as the API sends every command."""
        return await self._started(self.request, update, argument, update_id=update_id)

    async def _ask(
        self, update: str, by: str, submission_id: str | None, update_id: str | None
    ) -> Any:
        return await self.told(update, Decision(by, submission_id), update_id)

    async def end(self) -> None:
        """Ends what still runs, and forgets the news that nobody was told of."""
        await super().end()
        self.race.books.connection.execute(
            "DELETE FROM recheck_outbox n USING renewals r"
            " WHERE r.id = n.renewal_id AND r.subscription_id = %s",
            [self.request.subscription_id],
        )

    # What is put down.

    def order(self, **columns: Any) -> str:
        """An order as the API puts it down; its id."""
        self.race.books.own_account()
        return self.race.books.order(self.request, **columns)

    async def pay(
        self,
        amount_kopecks: int = PRICE_KOPECKS,
        *,
        number: str | None = None,
        day: date | None = None,
    ) -> str:
        """Money is stored, by default the whole of the open invoice; the payment's id.

        In a thread: a row that a step of the case has locked is free only when our loop runs on.
        """
        today = moscow_date(datetime.now(UTC))
        return await asyncio.to_thread(
            self.race.books.paid_by_bank, number or self.number, amount_kopecks, day or today
        )

    async def stop_term(self, day: date) -> None:
        """A refund ends the running term: `day` is the first one that is not served."""
        await asyncio.to_thread(
            self.race.books.connection.execute,
            "UPDATE terms SET stopped_on = %s, stop_reason = 'refunded' WHERE id = %s",
            [day, self.request.term_id],
        )

    # What is known of it.

    @property
    def row(self) -> Any:
        """The case by our books."""
        return self.race.books.renewal(self.id)

    @property
    def number(self) -> str:
        """The open invoice."""
        return str(self.row.invoice_number)

    @property
    def ends_on(self) -> date:
        """The last day of the term that the case watches."""
        assert self.request.term_ends_on is not None
        return self.request.term_ends_on

    @property
    def expires_at(self) -> datetime:
        """When that term is over."""
        return end_of_moscow_day(self.ends_on)

    @property
    def letters(self) -> list[str]:
        """What its client and the accountants were told."""
        return self.race.books.told(self.id)

    @property
    def next_terms(self) -> list[tuple[date, date]]:
        """The days of the terms after the one that the case watches."""
        return self.race.books.terms_of(self.request.subscription_id)[1:]

    def invoice(self, number: str) -> Any:
        """An invoice, with what the ledger holds of its surplus."""
        return self.race.books.row(
            "SELECT i.*, balance_of('surplus/' || number) AS held FROM invoices i"
            " WHERE number = %(n)s",
            n=number,
        )
