"""The order of a case's letters: that of its changes, whatever fails and whoever delivers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session

from activities.notification.notification import BATCH
from db.database import Database
from db.notification import delivery
from domain.notification.notification import RETRY_INTERVALS
from tests.activities.notification.test_notification_delivery import (
    all_sent,
    clear_outbox,
    delivering,
    every_path,
    issue_code,
    mails,
    settled,
    tried,
)
from tests.activities.walk import opened
from tests.books import Books
from tests.gateways.test_mail import PostOffice, gateway, open_office
from tests.workflows.case_under_test import eventually


@pytest_asyncio.fixture(autouse=True)
async def empty_outbox(books: Books) -> None:
    clear_outbox(books)


async def test_letters_of_a_case_leave_in_the_order_of_its_changes_whoever_delivers(
    database: Database, books: Books
) -> None:
    office = PostOffice()
    async with open_office(office) as port, delivering(database, gateway(port), times=3):
        walks = await every_path(database, books)
        for walk in walks:
            await eventually(all_sent(books, walk))
    place = {one["Message-ID"]: place for place, one in enumerate(office.letters())}
    for walk in walks:
        queued = sorted(mails(books, walk), key=lambda row: row.number)
        left = [place[f"<{row.id}@k.example>"] for row in queued]
        assert left == sorted(left), [row.template for row in queued]


async def test_a_letter_that_is_tried_again_holds_those_after_it_to_the_same_reader_only(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    away = PostOffice(to_recipient="451 try again later")
    async with open_office(away) as port, delivering(database, gateway(port)):
        await eventually(settled(books, walk))
    await walk.signed()
    remark = books.remark(walk.refund_id)
    walk.took(await walk.steps.return_statement(walk.next("petrova", remark)))
    first, *later = sorted(mails(books, walk), key=lambda row: row.number)
    of_client = [row for row in later if row.role == "client"]
    (of_specialist,) = (row for row in later if row.role == "specialist")
    assert len(of_client) == 2
    _not_before_tomorrow(books, first)
    office = PostOffice()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(_is(books, of_specialist, "sent"))
        assert await delivery.take_due(database, BATCH) == []
        assert len(office.taken) == 1
    books.connection.execute("UPDATE notifications SET due_at = now() WHERE id = %s", [first.id])
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(all_sent(books, walk))
    order = [one["Message-ID"] for one in office.letters()]
    assert order == [f"<{row.id}@k.example>" for row in (of_specialist, first, *of_client)]


async def test_a_letter_that_is_given_up_holds_nobody_any_more(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    tried(books, walk, len(RETRY_INTERVALS))
    await walk.signed()
    remark = books.remark(walk.refund_id)
    walk.took(await walk.steps.return_statement(walk.next("petrova", remark)))
    first, *_, last = sorted(mails(books, walk), key=lambda row: row.number)
    office = _FirstRefused()
    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(_is(books, first, "failed"))
        await eventually(_is(books, last, "sent"))


async def test_a_one_time_code_waits_for_no_letter_and_holds_none(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    (first,) = mails(books, walk)
    books.connection.execute(
        "UPDATE notifications SET last_error = '451', due_at = now() + interval '1 day'"
        " WHERE id = %s",
        [first.id],
    )
    await issue_code(database, books, walk)
    (code,) = await delivery.take_due(database, BATCH)
    assert code.occasion == "code-1"
    books.connection.execute(
        "UPDATE notifications SET due_at = now(), last_error = NULL WHERE id = %s", [first.id]
    )
    assert [row.id for row in await delivery.take_due(database, BATCH)] == [first.id]


@dataclass
class _FirstRefused(PostOffice):
    """It never takes the first letter that comes, and every other one."""

    refused: bool = False

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if not self.refused:
            self.refused = True
            return "451 not now"
        return await super().handle_DATA(server, session, envelope)


def _not_before_tomorrow(books: Books, row: Any) -> None:
    books.connection.execute(
        "UPDATE notifications SET due_at = now() + interval '1 day' WHERE id = %s", [row.id]
    )


def _is(books: Books, row: Any, status: str) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        found = books.row("SELECT status FROM notifications WHERE id = %(id)s", id=row.id)
        return bool(found.status == status)

    return asked
