"""The worker is killed at every event of a straight refund, and around every step: one debit."""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import TypeAdapter
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from bench.chaos.letters import Post, message_id
from bench.chaos.our_books import OurBooks
from bench.chaos.play import SCAN, Days, Play
from bench.chaos.scenarios import Course, Plan
from db.database import Database
from domain.access.roles import Role
from domain.billing.requisites import ClientKind, Requisites
from domain.refund.refund import workflow_id
from simulation.api_client import ApiClient
from simulation.billing_data import Client as Customer
from simulation.billing_data import Invoice
from starter.api.app import create_app
from tests.books import Books
from tests.chaos.parallel_cases import Nursery, Place, QueueOfItsOwn, alive, kill, kill_at, nursery
from tests.chaos.worker_forks import AFTER, BEFORE, Order
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.gateways.test_mail import PostOffice, open_office
from tests.patience import PATIENCE_SECONDS, STORY_LIMIT_SECONDS
from tests.starter.caller import DEVELOPMENT_KEY, calling, environment
from tests.starter.caller import settings as settings_for
from tests.starter.refund.shop import RECIPIENT
from worker import keep_delivering

LANES = 24
LOOK_SECONDS = 0.05
STEPS = (
    "payout.send",
    "refund.record_statement",
    "refund.accept",
    "refund.open",
    "payout.record",
    "refund.complete",
    "refund.close",
)


@dataclass(frozen=True)
class Notified:
    """What a refund leaves behind for its client: every change, and every letter with its role."""

    path: tuple[str, ...]
    letters: Counter[tuple[str, str]]
    payouts: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Fate:
    """A worker, the place where it dies, and the refund that it dies in."""

    order: Order
    place: Place
    plan: Plan | None


@dataclass(frozen=True)
class Ground:
    """Everything that a refund is played on."""

    books: Books
    acquirer: SandboxAcquirer
    client: Client
    api: ApiClient
    queue_of: QueueOfItsOwn
    nursery: Nursery
    office: PostOffice
    ours: OurBooks

    async def plan(self) -> Plan:
        """A paid invoice that the acquirer knows, of a client that signs on paper."""
        number = self.books.invoice(paid=())
        total = self.books.row(
            "SELECT total_kopecks AS k FROM invoices WHERE number = %(n)s", n=number
        ).k
        payment_id = await self.acquirer.payment(f"{total // 100}.{total % 100:02d}")
        self.books.payment(number, total, acquirer_id=payment_id)
        row = self.books.row(
            "SELECT i.client_id, i.issued_on, c.name, c.email FROM clients c"
            " JOIN invoices i ON i.client_id = c.id WHERE i.number = %(n)s",
            n=number,
        )
        customer = Customer(
            row.client_id,
            ClientKind.COMPANY,
            row.name,
            "7707083893",
            None,
            row.email,
            _requisites(),
        )
        invoice = Invoice(number, customer, row.issued_on, (), payment=None)
        return Plan(Course.WHOLE, invoice, by_scan=True)

    async def play(self, plan: Plan) -> None:
        """The refund from the request to the credited money."""
        days = Days(self.client)
        await Play(plan, self.api, Post(Path("none")), days, _nothing_comes_back).play()

    def told(self, case_id: str) -> Notified:
        """What is in our database of a case."""
        changes = self.books.rows(
            "SELECT to_status FROM refund_history WHERE refund_id = %(id)s ORDER BY number",
            id=case_id,
        )
        letters = self.books.rows(
            "SELECT role, template FROM notifications WHERE case_id = %(id)s AND channel = 'mail'",
            id=case_id,
        )
        payouts = self.books.rows(
            "SELECT attempt, status FROM payouts WHERE case_id = %(id)s ORDER BY attempt",
            id=case_id,
        )
        return Notified(
            tuple(row.to_status for row in changes),
            Counter((row.role, row.template) for row in letters),
            tuple((row.attempt, row.status) for row in payouts),
        )

    async def debits(self, case_id: str) -> list[int]:
        """The sums that left for the case's payment, by the acquirer's own books."""
        row = self.books.row(
            "SELECT acquirer_payment_id AS id FROM payments p JOIN refunds r"
            " ON r.invoice_number = p.invoice_number WHERE r.id = %(id)s",
            id=case_id,
        )
        keys = (await self.acquirer.books(row.id))["keys"]
        return [key["debited_kopecks"] for key in keys.values() for _ in range(key["debits"])]


@pytest_asyncio.fixture(scope="module")
async def ground(
    database_url: str,
    temporal_env: WorkflowEnvironment,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Ground]:
    """One stack for every death: only workers die here."""
    acquirer = SandboxAcquirer(tmp_path_factory.mktemp("acquirer") / "books.sqlite")
    office, books, queue_of = PostOffice(), Books(database_url), QueueOfItsOwn()
    for role in (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR):
        books.put(
            "mailboxes",
            role=role,
            address=f"{role}@kopeyka.example",
            written_by="stack",
            updated_at=datetime.now(UTC),
        )
    client = Client(
        temporal_env.client.service_client,
        namespace=temporal_env.client.namespace,
        data_converter=pydantic_data_converter,
        interceptors=[queue_of],
    )

    # No scanner runs here; the same paper was found clean before.
    now = datetime.now(UTC)
    books.put(
        "file_contents",
        sha256=hashlib.sha256(SCAN).hexdigest(),
        media_type="application/pdf",
        size_bytes=len(SCAN),
        status="clean",
        scanned_at=now,
        scanner="clamd",
        received_at=now,
    )

    async def connect() -> Client:
        return client

    async with open_office(office) as port:
        told = {"KOPEYKA_SMTP_PORT": str(port), "KOPEYKA_ACQUIRER_URL": acquirer.url}
        app = create_app(settings_for(database_url, **told), Database(database_url), connect)
        where = {
            "TEMPORAL_ADDRESS": temporal_env.client.service_client.config.target_host,
            "TEMPORAL_NAMESPACE": temporal_env.client.namespace,
            "TEMPORAL_CONFIG_FILE": "/dev/null",
        }
        async with (
            calling(app) as api,
            nursery({**environment(database_url, **told), **where}) as workers,
        ):
            calls = ApiClient(
                api.http,
                DEVELOPMENT_KEY,
                patience_seconds=STORY_LIMIT_SECONDS,
                outlives_processes=True,
            )
            yield Ground(
                books, acquirer, client, calls, queue_of, workers, office, OurBooks(database_url)
            )
    books.close()
    await acquirer.stop()


@pytest.mark.timeout(STORY_LIMIT_SECONDS)
async def test_a_worker_killed_anywhere_in_a_refund_pays_it_once_and_tells_it_once(
    ground: Ground,
) -> None:
    await ground.nursery.worker(Order("delivery"))
    await keep_delivering(ground.client, "delivery")
    usual, length = await _learned(ground)
    assert usual.payouts == ((1, "paid"),)

    # The slow ones first: a talk with the acquirer that died is waited for a minute.
    places = [Place(step=step, moment=moment) for step in STEPS for moment in (BEFORE, AFTER)]
    places += [Place(events) for events in range(1, length + 1)]
    left = deque(places)
    ends = await asyncio.gather(*(_all(_lane(ground, number, left)) for number in range(LANES)))

    cases = {case_id: place for lane in ends for case_id, place in lane}
    assert len(cases) == len(places)
    assert {str(place): ground.told(case_id) for case_id, place in cases.items()} == {
        str(place): usual for place in places
    }
    debits = {str(place): len(await ground.debits(case_id)) for case_id, place in cases.items()}
    assert debits == {str(place): 1 for place in places}
    assert ground.api.broken == []
    await _every_letter_came_once(ground)


async def _all(lane: AsyncIterator[tuple[str, Place]]) -> list[tuple[str, Place]]:
    return [played async for played in lane]


async def _learned(ground: Ground) -> tuple[Notified, int]:
    """What an undisturbed refund leaves behind, and how long its history is."""
    plan = await ground.plan()
    case_id = workflow_id(plan.invoice.number, 1)
    ground.queue_of.queues[case_id] = "undisturbed"
    await ground.nursery.worker(Order("undisturbed"))
    await ground.play(plan)
    return ground.told(case_id), await _length(ground, case_id)


async def _length(ground: Ground, workflow: str) -> int:
    history = await ground.client.get_workflow_handle(workflow).fetch_history()
    return len(history.events)


async def _lane(
    ground: Ground, number: int, left: deque[Place]
) -> AsyncIterator[tuple[str, Place]]:
    """Refund after refund, each with a worker that dies in it and the one that takes over.

    Who takes over is the next to be killed, with the next refund.
    """
    queue = f"lane-{number}"
    fate = await _next(ground, queue, left)
    worker = await ground.nursery.worker(fate.order)
    while fate.plan is not None:
        playing = asyncio.create_task(ground.play(fate.plan))
        if not fate.place.step:
            await kill_at(ground.client, fate.place, fate.order.case_id, worker)
        await gone(worker, playing)
        following = await _next(ground, queue, left)
        worker = await ground.nursery.worker(following.order)
        await playing
        yield fate.order.case_id, fate.place
        fate = following
    kill(worker)


async def _next(ground: Ground, queue: str, left: deque[Place]) -> Fate:
    """The next refund of a lane with the place where its worker dies; none when all are played."""
    if not left:
        return Fate(Order(queue), Place(), None)
    place, plan = left.popleft(), await ground.plan()
    case_id = workflow_id(plan.invoice.number, 1)
    ground.queue_of.queues[case_id] = queue
    return Fate(Order(queue, case_id, place.step, place.moment), place, plan)


async def gone(pid: int, playing: asyncio.Task[None]) -> None:
    """Until the worker is dead; one that has outlived its refund is killed after it."""
    while alive(pid):
        if playing.done():
            kill(pid)
        await asyncio.sleep(LOOK_SECONDS)


async def _every_letter_came_once(ground: Ground) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await ground.ours.queued():  # noqa: ASYNC110 - another process sends them
            await asyncio.sleep(LOOK_SECONDS)
    arrived = Counter(message_id(letter).partition("@")[0] for letter in ground.office.letters())
    written = ground.books.rows("SELECT id FROM notifications WHERE channel = 'mail'")
    assert arrived == Counter(str(row.id) for row in written)


async def _nothing_comes_back(_: str) -> bool:
    return False


def _requisites() -> Requisites:
    return TypeAdapter(Requisites).validate_python(RECIPIENT)
