"""Delivery from a real outbox to a real SMTP server: once, delayed, given up; codes forgotten."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session
from temporalio.testing import ActivityEnvironment

from activities.notification import notification as steps_of_delivery
from activities.notification.letter_files import files_of
from activities.notification.notification import BATCH, NotificationActivities
from db.database import Database
from db.notification import delivery, inbox, notification
from db.notification.delivery import DueLetter
from db.refund import submission
from domain.access.roles import Role
from domain.case.waiting import Reminder
from domain.notification.notification import (
    ONE_TIME_CODE,
    RETRY_INTERVALS,
    NotificationChannel,
    NotificationStatus,
)
from domain.payout.payout import PayoutStatus
from domain.refund.refund import AskedLine, RefundStatus
from gateways.mail import Attachment, MailGateway
from stack.mailbox import plain_text
from tests.activities.walk import Walk, opened, paid, paying
from tests.books import AT, LICENCE_KOPECKS, Books, Line
from tests.gateways.test_mail import CountingOffice, PostOffice, gateway, open_office
from tests.patience import PATIENCE_SECONDS
from tests.workflows.case_under_test import eventually

CLOSED_PORT = 9
CODE = "493817"
SOON = timedelta(seconds=30)
CANCEL_AGAIN_SECONDS = 2.0


@pytest_asyncio.fixture(autouse=True)
async def empty_outbox(books: Books) -> None:
    clear_outbox(books)


def clear_outbox(books: Books) -> None:
    """Nothing is left to send, and every role has a mailbox."""
    books.connection.execute("UPDATE notifications SET status = 'sent', due_at = NULL")
    for role in ("specialist", "accountant", "operator"):
        books.connection.execute(
            "INSERT INTO mailboxes VALUES (%s, %s, 'stack', now()) ON CONFLICT DO NOTHING",
            [role, f"{role}@kopeyka.example"],
        )


CABINET = "http://cabinet.example"


@asynccontextmanager
async def delivering(database: Database, mail: MailGateway, times: int = 1) -> AsyncIterator[None]:
    """Workers' deliveries that run side by side until the test has seen enough."""
    steps = NotificationActivities(
        database, mail, company="ООО «Копейка»", cabinet_url=CABINET, domain="k.example"
    )
    shifts = [asyncio.create_task(ActivityEnvironment().run(steps.deliver)) for _ in range(times)]
    try:
        yield
    finally:
        await cancelled(shifts)
    assert all(shift.cancelled() for shift in shifts)


async def cancelled(tasks: list[asyncio.Task[None]]) -> None:
    """Cancels until each has ended.

    `asyncio.wait_for` of Python 3.11, which the mail library awaits its server with, drops a
    cancellation that arrives together with the answer (CPython issue 86296).
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=CANCEL_AGAIN_SECONDS)


def mails(books: Books, walk: Walk) -> list[Any]:
    return books.rows(
        "SELECT * FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
        " ORDER BY created_at, occasion, role",
        id=walk.refund_id,
    )


def settled(books: Books, walk: Walk, *, attempts: int = 1) -> Callable[[], Awaitable[bool]]:
    """Whether every mail of a case has been tried and let go of."""

    async def asked() -> bool:
        return all(
            row.attempts >= attempts and (row.due_at is None or row.last_error is not None)
            for row in mails(books, walk)
        )

    return asked


async def test_a_letter_goes_out_once_whoever_delivers(database: Database, books: Books) -> None:
    office = PostOffice()
    walk = await opened(database, books)
    async with open_office(office) as port, delivering(database, gateway(port), times=3):
        await eventually(settled(books, walk))
    (row,) = mails(books, walk)
    (arrived,) = office.letters()
    assert (row.status, row.attempts) == ("sent", 1)
    assert arrived["Message-ID"] == f"<{row.id}@k.example>"
    assert office.taken[0].rcpt_tos == ["buh@romashka.example"]
    assert walk.refund_id in plain_text(arrived).split()
    assert (row.sent_to, row.sent_subject) == ("buh@romashka.example", arrived["Subject"])
    assert row.sent_text.split() == plain_text(arrived).split()


async def test_a_letter_that_a_mistake_of_ours_fails_on_holds_up_no_other(
    database: Database, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = PostOffice()
    broken, other = await opened(database, books), await opened(database, books)
    ids = {row.id for row in mails(books, broken)}

    async def files(database: Database, row: DueLetter, *said: Any) -> tuple[Attachment, ...]:
        if row.id in ids:
            raise LookupError(row.template)
        return await files_of(database, row, *said)

    monkeypatch.setattr(steps_of_delivery, "files_of", files)
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, other))
        await eventually(settled(books, broken))
    assert [row.status for row in mails(books, other)] == ["sent"]
    (row,) = mails(books, broken)
    assert (row.status, row.last_error) == ("queued", "LookupError")
    assert row.due_at > row.created_at


async def test_batches_share_one_connection_and_each_is_recorded_in_one_transaction(
    database: Database, books: Books
) -> None:
    office = CountingOffice()
    walks = [await opened(database, books) for _ in range(BATCH + 2)]
    async with open_office(office) as port, delivering(database, gateway(port)):
        for walk in walks:
            await eventually(all_sent(books, walk))
    records = Counter(
        row[0]
        for walk in walks
        for row in books.rows(
            "SELECT xmin::text FROM notifications WHERE case_id = %(id)s AND channel = 'mail'",
            id=walk.refund_id,
        )
    )
    assert sorted(records.values()) == [2, BATCH]
    assert (office.connections(), len(office.taken)) == (1, BATCH + 2)


async def test_one_letter_refused_is_settled_alone_and_the_rest_of_its_batch_is_sent(
    database: Database, books: Books
) -> None:
    office = CountingOffice(stranger="specialist@kopeyka.example")
    walk = await opened(database, books)
    await walk.signed()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk))
    found = {(row.role, row.status) for row in mails(books, walk)}
    assert found == {("client", "sent"), ("specialist", "failed")}


@dataclass
class StuckOffice(PostOffice):
    """It takes the first letter, and says nothing of the second."""

    stuck: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.taken:
            self.stuck.set()
            await asyncio.Event().wait()
        return await super().handle_DATA(server, session, envelope)


async def test_a_delivery_that_is_stopped_records_what_it_has_sent(
    database: Database, books: Books
) -> None:
    office = StuckOffice()
    walks = [await opened(database, books) for _ in range(2)]
    async with open_office(office) as port, delivering(database, gateway(port)):
        await asyncio.wait_for(office.stuck.wait(), PATIENCE_SECONDS)
    assert sorted(row.status for walk in walks for row in mails(books, walk)) == ["queued", "sent"]


async def test_a_delivery_killed_before_it_recorded_repeats_a_letter_under_the_same_id(
    database: Database, books: Books
) -> None:
    """What a kill leaves behind: a letter that the server has, and a lease that runs out."""
    walk = await opened(database, books)
    office = PostOffice()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(all_sent(books, walk))
    books.connection.execute(
        "UPDATE notifications SET status = 'queued', due_at = now(), settled_at = NULL"
        " WHERE case_id = %s AND channel = 'mail'",
        [walk.refund_id],
    )
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(all_sent(books, walk))
    first, second = office.letters()
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_letter_written_while_the_delivery_sleeps_wakes_it(
    database: Database, books: Books
) -> None:
    office = PostOffice()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await asyncio.sleep(0.1)
        walk = await opened(database, books)
        await eventually(settled(books, walk))
    assert len(office.taken) == 1


@pytest.mark.parametrize("attempt", [1, 5, len(RETRY_INTERVALS)])
async def test_a_temporary_refusal_delays_by_the_next_interval(
    attempt: int, database: Database, books: Books
) -> None:
    office = PostOffice(to_recipient="451 try again later")
    walk = await opened(database, books)
    tried(books, walk, attempt - 1)
    before = datetime.now(UTC)
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk, attempts=attempt))
    (row,) = mails(books, walk)
    assert (row.status, row.attempts) == ("queued", attempt)
    assert "451" in row.last_error
    assert timedelta(0) <= row.due_at - before - RETRY_INTERVALS[attempt - 1] < SOON


async def test_after_the_last_interval_a_letter_is_the_operators(
    database: Database, books: Books
) -> None:
    office = PostOffice(to_recipient="451 try again later")
    walk = await opened(database, books)
    tried(books, walk, len(RETRY_INTERVALS))
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk))
    (row,) = mails(books, walk)
    assert (row.status, row.due_at) == ("failed", None)


async def test_a_permanent_refusal_is_the_operators_at_once(
    database: Database, books: Books
) -> None:
    office = PostOffice(to_recipient="550 no such mailbox")
    walk = await opened(database, books)
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk))
    (row,) = mails(books, walk)
    assert (row.status, row.attempts, row.due_at) == ("failed", 1, None)
    assert "romashka" not in row.last_error


async def test_a_server_that_is_down_delays_letters_and_nothing_else(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    async with delivering(database, gateway(CLOSED_PORT)):
        await eventually(settled(books, walk))
        assert (await walk.signed()).status is RefundStatus.UNDER_REVIEW
    rows = mails(books, walk)
    assert {row.status for row in rows} == {"queued"}
    books.connection.execute("UPDATE notifications SET due_at = now() WHERE status = 'queued'")
    office = PostOffice()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk, attempts=1))
        await eventually(all_sent(books, walk))
    assert len(office.taken) == len(rows)


async def test_a_delivery_that_died_leaves_its_letter_to_the_next(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    (leased,) = await delivery.take_due(database, 10)
    assert await delivery.take_due(database, 10) == []
    books.connection.execute(
        "UPDATE notifications SET due_at = due_at - %s * interval '1 second' WHERE id = %s",
        [delivery.LEASE_SECONDS, leased.id],
    )
    office = PostOffice()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(all_sent(books, walk))
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("answer", "status", "kept"),
    [("250 OK", "sent", False), ("451 later", "queued", True), ("550 no", "failed", False)],
)
async def test_a_one_time_code_is_forgotten_once_its_letter_is_settled(
    answer: str, status: str, kept: bool, database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    books.connection.execute("UPDATE notifications SET status = 'sent', due_at = NULL")
    office = PostOffice(to_recipient=answer)
    await issue_code(database, books, walk)
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(_tried_once(books, walk, "code-1"))
    row = next(row for row in mails(books, walk) if row.occasion == "code-1")
    assert (row.status, "code" in row.params) == (status, kept)
    sent = [letter.get_body(("plain",)) for letter in office.letters()]
    assert all(CODE in body.get_content() for body in sent if body is not None)
    assert (row.sent_to is None) == (status != "sent")
    assert CODE not in f"{row.sent_subject} {row.sent_text}"


async def test_every_letter_of_every_path_can_be_written(database: Database, books: Books) -> None:
    """Whatever a step puts down must fill its template, or nobody would ever read it."""
    office = PostOffice()
    walks = await every_path(database, books)
    async with open_office(office) as port, delivering(database, gateway(port), times=2):
        for walk in walks:
            await eventually(all_sent(books, walk))
    rows = [row for walk in walks for row in mails(books, walk)]
    assert len(office.taken) == len(rows)
    texts = [body.get_content() for one in office.letters() if (body := one.get_body(("plain",)))]
    assert not [text for text in texts if "{" in text or "None" in text]


async def test_letters_of_a_case_go_where_its_request_said_but_for_a_code(
    database: Database, books: Books
) -> None:
    number, request_id = books.invoice(), uuid4()
    client_id = books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)[0]
    await submission.put_contact(
        database, request_id, client_id=client_id, email="dir@romashka.example", at=AT
    )
    office = PostOffice()
    walk = await opened(database, books, number, request_id=str(request_id))
    await issue_code(database, books, walk)
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk))
    assert {row.template: row.sent_to for row in mails(books, walk)} == {
        "refund_awaiting_statement": "dir@romashka.example",
        "refund_one_time_code": "buh@romashka.example",
    }


class StrictOffice(PostOffice):
    """A server that knows one mailbox only, and answers about others when it is told to."""

    def __init__(self, known: str) -> None:
        super().__init__()
        self.known, self.asked, self.answers = known, asyncio.Event(), asyncio.Event()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address != self.known:
            self.asked.set()
            await self.answers.wait()
            return "550 no such user"
        return await super().handle_RCPT(server, session, envelope, address, options)


@pytest.mark.parametrize("in_flight", [True, False], ids=["in flight", "given up before"])
async def test_a_letter_goes_once_to_the_address_that_its_client_has_corrected(
    in_flight: bool, database: Database, books: Books
) -> None:
    office = StrictOffice("dir@romashka.example")
    walk = await opened(database, books)
    async with open_office(office) as port, delivering(database, gateway(port)):
        await asyncio.wait_for(office.asked.wait(), PATIENCE_SECONDS)
        if not in_flight:
            office.answers.set()
            await eventually(settled(books, walk))
        client_id = books.row("SELECT client_id FROM refunds WHERE id = %(i)s", i=walk.refund_id)[0]
        named = books.contact(client_id, office.known)
        walk.took(await walk.steps.correct_contact(walk.next("client", named)))
        office.answers.set()
        await eventually(lambda: _so_many(office, 1))
        await eventually(settled(books, walk))
    old, new = sorted(mails(books, walk), key=lambda row: row.number)
    assert (old.status, old.sent_to) == ("failed", None)
    assert old.last_error == (None if in_flight else "550 no such user")
    assert (new.status, new.sent_to, new.template) == ("sent", office.known, old.template)
    assert not await inbox.retry(database, old.id, AT)
    given_up = await database.rows(inbox.delivered(NotificationStatus.FAILED, 10))
    assert old.id not in {row.id for row in given_up}


async def _so_many(office: PostOffice, letters: int) -> bool:
    return len(office.taken) == letters


async def issue_code(database: Database, books: Books, walk: Walk) -> None:
    client_id = books.row("SELECT client_id FROM refunds WHERE id = %(i)s", i=walk.refund_id)[0]
    async with database.transaction() as transaction:
        notification.notify(
            transaction,
            (ONE_TIME_CODE,),
            case_id=walk.refund_id,
            client_id=client_id,
            occasion="code-1",
            params={"code": CODE, "minutes": 10, "invoice_number": "7", "amount_kopecks": 1},
            at=AT,
            channels=(NotificationChannel.MAIL,),
        )


async def every_path(database: Database, books: Books) -> list[Walk]:
    credited = await paid(database, books)
    credited.took(await credited.steps.close(credited.next()))
    returned = await paid(database, books)
    returned.took(await returned.steps.reopen(returned.next(attempt=1)))
    rejected = await paying(database, books)
    await rejected.settled(PayoutStatus.REJECTED, "insufficient_funds")
    rejected.took(await rejected.steps.ask_again(rejected.next(attempt=1)))
    return [credited, returned, rejected, *await _unpaid_paths(database, books)]


async def _unpaid_paths(database: Database, books: Books) -> list[Walk]:
    approved = await opened(database, books, books.invoice(Line(20_000_000, "service")))
    await approved.calculated(20_000_000)
    await approved.signed()
    remark = books.remark(approved.refund_id)
    approved.took(await approved.steps.return_statement(approved.next("petrova", remark)))
    await approved.signed()
    await approved.accepted()
    approved.took(await approved.steps.decline(approved.next("kuznetsova", remark)))
    given_up, withdrawn, expired = [await opened(database, books) for _ in range(3)]
    change = given_up.next("orlov")
    aborted = type(change)(**{**vars(change), "reason": "aborted"})
    given_up.took(await given_up.steps.decline(aborted))
    withdrawn.took(await withdrawn.steps.withdraw(withdrawn.next("client")))
    await _reminded(expired)
    expired.took(await expired.steps.expire(expired.next()))
    refused = await _refused(database, books)
    return [approved, given_up, withdrawn, expired, *refused]


async def _reminded(walk: Walk) -> None:
    for role in (Role.CLIENT, Role.SPECIALIST, Role.ACCOUNTANT, Role.BANK):
        for escalate in (False, True):
            occasion = f"reminder-{role}-{escalate}"
            await walk.steps.remind(Reminder(walk.refund_id, occasion, AT, role, AT, escalate))


async def _refused(database: Database, books: Books) -> list[Walk]:
    centre = books.invoice(issued_by="service_centre", service_centre="Центр «Восток»")
    too_much = (AskedLine(1, LICENCE_KOPECKS + 1),)
    walks = [
        await opened(database, books, books.invoice(paid=())),
        await opened(database, books, centre),
        await opened(database, books, asked=(AskedLine(7),)),
        await opened(database, books, asked=too_much),
    ]
    assert len({walk.result.refusal for walk in walks} - {None}) == len(walks)
    return walks


def tried(books: Books, walk: Walk, attempts: int) -> None:
    books.connection.execute(
        "UPDATE notifications SET attempts = %s WHERE case_id = %s", [attempts, walk.refund_id]
    )


def all_sent(books: Books, walk: Walk) -> Callable[[], Awaitable[bool]]:
    async def sent() -> bool:
        rows = mails(books, walk)
        assert not [(row.template, row.last_error) for row in rows if row.status == "failed"]
        return all(row.status == "sent" for row in rows)

    return sent


def _tried_once(books: Books, walk: Walk, occasion: str) -> Callable[[], Awaitable[bool]]:
    async def tried() -> bool:
        row = next(row for row in mails(books, walk) if row.occasion == occasion)
        return row.attempts == 1 and (row.due_at is None or row.last_error is not None)

    return tried


async def test_a_delivery_that_lives_keeps_its_letters_however_slow_the_server_is(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    (leased,) = await delivery.take_due(database, 10)
    books.connection.execute(
        "UPDATE notifications SET due_at = now() + interval '1 second' WHERE id = %s", [leased.id]
    )
    await delivery.extend(database, [leased.id])
    (row,) = mails(books, walk)
    assert row.due_at > datetime.now(UTC) + timedelta(seconds=delivery.LEASE_SECONDS / 2)


async def test_a_settled_letter_is_not_queued_again_by_its_lease(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    (leased,) = await delivery.take_due(database, 10)
    letter = delivery.SentLetter(leased.id, "a@b.example", "Тема", "Текст", leased.params)
    await delivery.settle_sent(database, [letter], settled_at=datetime.now(UTC))
    await delivery.extend(database, [leased.id])
    (row,) = mails(books, walk)
    assert (row.status, row.due_at) == ("sent", None)
