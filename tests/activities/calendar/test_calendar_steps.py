"""A calendar change is stored once, whatever is repeated; cases that wait are found in pages."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

from activities.calendar.calendar import CalendarActivities
from activities.dispute.steps import DisputeActivities
from db.database import Database
from domain.access.roles import SYSTEM
from domain.calendar.calendar_change import CalendarChange, DayChange
from domain.dispute.dispute import (
    DisputeChange,
    DisputeOpening,
    DisputeRequest,
    dispute_workflow_id,
)
from gateways.acquirer import AcquirerGateway
from tests.activities.walk import opened, paid
from tests.books import AT, Books, Line

DAY = date(2026, 12, 30)
OFF = CalendarChange((DayChange(DAY, False),), (2028,), "указ", "orlov", AT)
BACK = CalendarChange((DayChange(DAY, None),), (), "ошибка", "orlov", AT + timedelta(hours=1))


def overrides(books: Books) -> list[tuple[date, bool]]:
    rows = books.rows("SELECT day, is_working FROM calendar_overrides")
    return [(row.day, row.is_working) for row in rows]


def changes(books: Books) -> list[bool | None]:
    rows = books.rows("SELECT is_working FROM calendar_history ORDER BY id")
    return [row.is_working for row in rows]


async def test_a_late_repeat_never_undoes_a_later_change(database: Database, books: Books) -> None:
    steps = CalendarActivities(database)
    await steps.store(OFF)
    await steps.store(OFF)
    assert (overrides(books), changes(books)) == ([(DAY, False)], [False])
    await steps.store(BACK)
    await steps.store(OFF)
    await steps.store(BACK)
    assert (overrides(books), changes(books)) == ([], [False, None])
    years = books.rows("SELECT year, confirmed_by FROM calendar_years")
    assert [(row.year, row.confirmed_by) for row in years] == [(2028, "orlov")]


async def test_the_first_confirmation_of_a_year_stays(database: Database, books: Books) -> None:
    steps = CalendarActivities(database)
    later = replace(OFF, days=(), confirmed_years=(2029,), at=AT + timedelta(days=1))
    await steps.store(later)
    await steps.store(replace(later, by="sidorova"))
    row = books.row("SELECT confirmed_by FROM calendar_years WHERE year = 2029")
    assert row.confirmed_by == "orlov"


async def test_only_cases_that_wait_are_found(database: Database, books: Books) -> None:
    steps = CalendarActivities(database)
    waiting, done, ended = [await opened(database, books) for _ in range(3)]
    done = await paid(database, books)
    done.took(await done.steps.close(done.next()))
    ended.took(await ended.steps.withdraw(ended.next("client")))
    page = await steps.waiting_cases("")
    assert waiting.refund_id in page.case_ids
    assert not {done.refund_id, ended.refund_id} & set(page.case_ids)
    assert page.after is None
    assert waiting.refund_id not in (await steps.waiting_cases(waiting.refund_id)).case_ids


async def test_a_dispute_that_waits_is_found_too(
    database: Database, books: Books, gateway: AcquirerGateway
) -> None:
    """A specialist and an accountant have bank days for it."""
    books.know_years()
    client_id = books.client()
    number = books.invoice(Line(900_000), client_id=client_id)
    opening_id, dispute_id = str(uuid4()), dispute_workflow_id(number, 1)
    books.put(
        "dispute_openings",
        id=opening_id,
        invoice_number=number,
        client_id=client_id,
        kind="other",
        happened_on=AT.date(),
        problem="Не то.",
        proof="Письмо.",
        steps="Писал в поддержку.",
        demand="explanation",
        answer_by=AT.date() + timedelta(days=10),
        opened_by="client",
        opened_at=AT,
    )
    request = DisputeRequest(dispute_id, number, 1, opening_id, "client")
    steps, calendar = DisputeActivities(database, gateway), CalendarActivities(database)
    await steps.open(DisputeOpening(request, AT))
    assert dispute_id not in (await calendar.waiting_cases("dispute-")).case_ids
    await steps.begin(DisputeChange(dispute_id, 2, AT, SYSTEM))
    assert dispute_id in (await calendar.waiting_cases("dispute-")).case_ids
