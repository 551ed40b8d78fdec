"""Letters about debts as they leave: at the client's hours, once a day, and of no disputed debt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from db.database import Database
from db.notification import inbox
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from stack.mailbox import plain_text
from tests.activities.notification.test_notification_delivery import delivering
from tests.books import Books
from tests.gateways.test_mail import PostOffice, gateway, open_office
from tests.starter.broken_invariants import behind_the_back
from tests.starter.caller import Api
from tests.starter.collection.overdue import (
    SUM,
    Overdue,
    may_be_written_to_now,
    overdue,
)
from tests.starter.dispute.disputed import complaint
from tests.workflows.case_under_test import eventually

HALF_A_DAY = 12


async def written(api: Api, books: Books, tone: str = "claim") -> Overdue:
    """A case whose letter is queued: a claim, or one of another tone with nine days to pay."""
    case = await overdue(api, books, may_be_written_to_now(books))
    await case.staff("lawyer", reason="молчит")
    assert (await case.staff("claim")).status_code == 200
    if tone != "claim":
        behind_the_back(
            books,
            f"UPDATE collection_letters SET tone = '{tone}', next_on = day + 9"  # noqa: S608
            f" WHERE collection_id = '{case.id}';"
            f" UPDATE collection_letter_lines SET is_claimed = false"
            f" WHERE collection_id = '{case.id}';"
            f" UPDATE notifications SET template = 'collection_{tone}'"
            f" WHERE case_id = '{case.id}' AND occasion LIKE 'letter-%'",
        )
    return case


def queued(case: Overdue) -> Any:
    """The letter by mail."""
    return case.books.row(
        "SELECT * FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
        " AND occasion LIKE 'letter-%%'",
        id=case.id,
    )


async def delivered(
    database: Database, case: Overdue, office: PostOffice | None = None
) -> PostOffice:
    """What the post office has after everything that is due was tried."""
    office, tried = office or PostOffice(), queued(case).attempts
    case.books.connection.execute(
        "UPDATE notifications SET due_at = now(), last_error = NULL"
        " WHERE id = %s AND status = 'queued'",
        [queued(case).id],
    )

    async def was_tried() -> bool:
        row = queued(case)
        is_leased = row.status == "queued" and row.last_error is None
        return bool(row.attempts > tried and not is_leased)

    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(was_tried)
    return office


def letters_in(office: PostOffice, case: Overdue) -> list[str]:
    """Those that ask for the order."""
    said = [plain_text(one) for one in office.letters()]
    return [one for one in said if f"№ {case.number}" in one]


async def test_at_night_a_letter_waits_for_the_morning_and_leaves_then(
    whole_api: Api, books: Books, database: Database
) -> None:
    case = await written(whole_api, books, "first")
    hours = 14 - datetime.now(UTC).hour
    night = hours - HALF_A_DAY if hours >= 0 else hours + HALF_A_DAY
    books.connection.execute(
        "UPDATE clients SET time_zone = %s WHERE id = %s",
        [f"Etc/GMT{-night:+d}" if night else "Etc/GMT", case.client_id],
    )
    assert letters_in(await delivered(database, case), case) == []
    row = queued(case)
    assert (row.status, row.last_error) == ("queued", "quiet_hours")
    assert row.due_at > datetime.now(UTC)
    may_be_written_to_now(books, case.client_id)
    (_,) = letters_in(await delivered(database, case), case)
    assert queued(case).status == "sent"


async def test_its_client_reads_a_letter_once_it_has_left(
    whole_api: Api, books: Books, database: Database
) -> None:
    """What is withdrawn before is nowhere read as if it had been sent."""
    case, gone = [await written(whole_api, books, "first") for _ in range(2)]
    (unsent,) = await listed(gone, Role.ACCOUNTANT)
    assert unsent["is_queued"]
    assert (await listed(gone), await inbox_of(gone)) == ([], [])
    paper = f"/v1/collections/{gone.id}/letters/{unsent['id']}.pdf"
    for role, answer in ((Role.CLIENT, 404), (Role.ACCOUNTANT, 200)):
        client_id = gone.client_id if role is Role.CLIENT else None
        read = await whole_api.call("GET", paper, role=role, client_id=client_id)
        assert read.status_code == answer
    books.payment(gone.number, SUM, "bank_transfer")
    assert letters_in(await delivered(database, case), case)
    assert [one["is_queued"] for one in await listed(case)] == [False]
    (copy,) = await inbox_of(case)
    assert copy["subject"] == queued(case).sent_subject
    assert "/debts/answer/" not in copy["text"]
    assert queued(gone).status == "failed"
    assert (await listed(gone), await inbox_of(gone)) == ([], [])
    told = await database.rows(inbox.letters_to(gone.client_id, 9))
    assert [one for one in told if one.case_id == gone.id] == []


async def test_a_letter_that_no_server_takes_is_read_in_the_inbox(
    whole_api: Api, books: Books, database: Database
) -> None:
    case = await written(whole_api, books, "first")
    await delivered(database, case, PostOffice(to_recipient="550 no such user"))
    assert queued(case).status == "failed"
    assert len(await inbox_of(case)) == 1


async def test_a_letter_that_is_withdrawn_while_the_server_takes_it_has_been_sent(
    whole_api: Api, books: Books, database: Database
) -> None:
    """It was true when it was taken: the books say what the client reads."""
    case = await written(whole_api, books)
    office = Interrupted(meanwhile=lambda: books.payment(case.number, SUM, "bank_transfer"))
    assert letters_in(await delivered(database, case, office), case)
    row = queued(case)
    assert (row.status, row.replaced_at) == ("sent", None)
    assert (await case.read())["not_sent"] == []
    (letter,) = await listed(case)
    assert [one["debt"] for one in letter["lines"]] == ["48000.00"]
    assert len(await inbox_of(case)) == 1


@dataclass
class Interrupted(PostOffice):
    """A server in the middle of whose taking something happens."""

    meanwhile: Callable[[], object] = print

    async def handle_DATA(self, *said: Any) -> str:  # noqa: N802 - aiosmtpd's name
        self.meanwhile()
        return await super().handle_DATA(*said)


async def listed(case: Overdue, role: Role = Role.CLIENT) -> Any:
    """The letters about the order as somebody reads them."""
    client_id = case.client_id if role is Role.CLIENT else None
    path = f"/v1/collections/{case.id}/letters"
    return (await case.api.call("GET", path, role=role, client_id=client_id)).json()


async def inbox_of(case: Overdue) -> list[Any]:
    """What the client's inbox has of the letters about the order."""
    read = await case.api.call("GET", "/v1/inbox", client_id=case.client_id)
    return [one for one in read.json()["items"] if one["case_id"] == case.id]


async def test_on_the_day_of_a_talk_a_letter_waits_for_the_next_bank_day(
    whole_api: Api, books: Books, database: Database
) -> None:
    case = await written(whole_api, books, "reminder")
    said = {"channel": "call", "contacted_on": moscow_date(datetime.now(UTC)).isoformat()}
    assert (await case.staff("contacts", note="обещал узнать", **said)).status_code == 204
    assert letters_in(await delivered(database, case), case) == []
    row = queued(case)
    assert (row.status, row.last_error) == ("queued", "contacted_today")
    assert moscow_date(row.due_at) > moscow_date(datetime.now(UTC))


async def test_a_claim_that_missed_its_day_is_withdrawn_and_was_not_sent(
    whole_api: Api, books: Books, database: Database
) -> None:
    case = await written(whole_api, books)
    behind_the_back(
        books,
        "UPDATE collection_letters SET day = day - 1, written_at = written_at - interval '1 day'"  # noqa: S608  our own id
        f" WHERE collection_id = '{case.id}'",
    )
    assert letters_in(await delivered(database, case), case) == []
    assert queued(case).status == "failed"
    (unsent,) = (await case.read())["not_sent"]
    assert (unsent["tone"], unsent["reason"]) == ("claim", "outdated")
    assert (await case.read(Role.CLIENT))["not_sent"] == []


@pytest.mark.parametrize("while_queued", [True, False])
async def test_a_dispute_stops_a_letter_that_has_not_left(
    whole_api: Api, books: Books, database: Database, *, while_queued: bool
) -> None:
    """With the COMMIT of the dispute; one that no trigger saw, at the delivery."""
    case = await written(whole_api, books)
    if while_queued:
        stated = complaint(
            case.number, kind="wrong_status", demand="correction", demand_amount=None
        )
        opened = await whole_api.call("POST", "/v1/disputes", client_id=case.client_id, json=stated)
        assert opened.status_code == 201, opened.text
    else:
        open_dispute(books, case)
        assert queued(case).status == "queued"
        assert letters_in(await delivered(database, case), case) == []
    assert queued(case).status == "failed"
    (unsent,) = (await case.read())["not_sent"]
    assert unsent["reason"] == "disputed"
    path = f"/v1/collections/{case.id}/claim.pdf"
    draft = await whole_api.call("GET", path, role=Role.ACCOUNTANT)
    assert (draft.status_code, draft.json()["code"]) == (409, "collection_disputed")
    told = books.rows("SELECT FROM collection_outbox WHERE collection_id = %(id)s", id=case.id)
    assert len(told) == 1 or (await case.read())["claim_sent_on"] is None


def open_dispute(books: Books, case: Overdue) -> None:
    """An open dispute of the order that no trigger has seen."""
    key = {"id": f"dispute-{case.number}-1", "number": case.number, "client": case.client_id}
    with books.connection.transaction():
        books.connection.execute("SET LOCAL session_replication_role = replica")
        books.connection.execute(
            """INSERT INTO disputes (id, invoice_number, ordinal, client_id, opening_id, kind,
                   status, version, policy_version, stage_at, due_at, waiting_for, wait_until,
                   opened_at, changed_at)
               VALUES (%(id)s, %(number)s, 1, %(client)s, gen_random_uuid(), 'other', 'opened', 1,
                   1, now(), now(), 'accountant', now(), now(), now())""",
            key,
        )


async def test_a_promise_stops_a_letter_that_has_not_left(whole_api: Api, books: Books) -> None:
    case = await written(whole_api, books)
    pay_on = moscow_date(datetime.now(UTC)).isoformat()
    assert (await case.client("promise", pay_on=pay_on)).status_code == 200
    assert queued(case).status == "failed"
    assert [one["reason"] for one in (await case.read())["not_sent"]] == ["promised"]
