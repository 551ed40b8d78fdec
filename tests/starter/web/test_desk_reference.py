"""The bank calendar at the desk: everybody of the staff reads it, operators correct it."""

from datetime import date

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import BankCalendar
from starter.web.desk.reference.calendar_view import months_of, weekdays
from tests.books import Books
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser
from tests.starter.web.test_bad_input import HOSTILE

LIST = "/desk/reference"
STAFF = [Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.SUPPORT]


def day_changes(books: Books, day: str) -> list[tuple[bool | None, str, str]]:
    rows = books.rows(
        "SELECT is_working, reason, author FROM calendar_history WHERE day = %(d)s ORDER BY id",
        d=day,
    )
    return [(row.is_working, row.reason, row.author) for row in rows]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_year_is_twelve_months_of_whole_weeks(language: str) -> None:
    months = months_of(2026, BankCalendar(), language)  # type: ignore[arg-type]
    assert [month.bank_days for month in months[:3]] == [15, 19, 21]
    days = [one.day for month in months for week in month.weeks for one in week if one]
    assert (days[0], days[-1], len(days)) == (date(2026, 1, 1), date(2026, 12, 31), 365)
    for month in months:
        for week in month.weeks:
            assert [one.day.weekday() for one in week if one] == [
                number for number, one in enumerate(week) if one
            ]
    assert len(weekdays(language)) == 7  # type: ignore[arg-type]


def test_days_of_an_unknown_year_are_not_guessed() -> None:
    known = BankCalendar({date(2031, 5, 5): False})
    months = months_of(2031, known, "ru")
    days = {one.day: one for month in months for week in month.weeks for one in week if one}
    assert {month.bank_days for month in months} == {None}
    assert days[date(2031, 5, 5)].is_bank_day is False
    assert days[date(2031, 5, 6)].is_bank_day is None


@pytest.mark.parametrize("role", STAFF)
async def test_staff_read_a_year_and_its_days(browser: Browser, role: Role) -> None:
    await browser.log_in(role)
    page = await browser.get(f"{LIST}?year=2026")
    assert "Банковские дни 2026 года" in page.words
    assert f'href="{LIST}/days/2026-05-11"' in page.html
    assert ("/years/2026/confirmation" in page.html) == (role is Role.OPERATOR)
    day = await browser.get(f"{LIST}/days/2026-05-11")
    assert ("/override" in day.html) == (role is Role.OPERATOR)
    assert (await browser.get(LIST)).status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}?year=1999",
        f"{LIST}?year=2200",
        f"{LIST}?year=x",
        f"{LIST}/days/2026-02-30",
        f"{LIST}/days/20260504",
        f"{LIST}/days/1999-01-01",
    ],
)
async def test_what_no_calendar_has_is_no_page(browser: Browser, path: str) -> None:
    await browser.log_in(Role.OPERATOR)
    assert (await browser.get(path)).status == 404


async def test_the_first_and_the_last_year_have_pages(browser: Browser) -> None:
    await browser.log_in(Role.OPERATOR)
    for year, other in ((2000, 1999), (2199, 2200)):
        page = await browser.get(f"{LIST}?year={year}")
        assert (page.status, f"year={other}" in page.html) == (200, False)


async def test_an_operator_corrects_a_day_and_undoes_it(shop: Shop, customer: Browser) -> None:
    path = f"{LIST}/days/2026-08-12"
    await customer.log_in(Role.OPERATOR, login="olga")
    page = await customer.get(path)
    assert "/restoration" not in page.html
    form = page.form("/override")
    key = {"idempotency_key": form["idempotency_key"]}
    silent = await customer.send(f"{path}/override", {**key, "reason": "x"})
    assert (silent.status, 'id="is_working-error"' in silent.html) == (422, True)
    unsaid = await customer.send(f"{path}/override", {**key, "is_working": "no"})
    assert (unsaid.status, 'id="reason-error"' in unsaid.html) == (422, True)
    long = {**key, "is_working": "no", "reason": "я" * 301}
    assert "300" in (await customer.send(f"{path}/override", long)).words
    said = {**key, "is_working": "no", "reason": "Постановление № 1"}
    for _ in range(2):
        assert (await customer.send(f"{path}/override", said)).leads_to == path
    page = await customer.get(path)
    assert "Исправлен вручную" in page.words
    assert "Постановление № 1" in (await customer.get(f"{LIST}?year=2026")).words
    undo = page.form("/restoration")
    silent = await customer.send(f"{path}/restoration", undo)
    assert (silent.status, 'id="restoration-reason-error"' in silent.html) == (422, True)
    said = {**undo, "restoration-reason": "Ошибка"}
    assert (await customer.send(f"{path}/restoration", said)).leads_to == path
    assert day_changes(shop.books, "2026-08-12") == [
        (False, "Постановление № 1", "olga"),
        (None, "Ошибка", "olga"),
    ]


async def test_a_year_is_confirmed_and_withdrawn(shop: Shop, customer: Browser) -> None:
    await customer.log_in(Role.OPERATOR, login="olga")
    where = f"{LIST}?year=2033"
    page = await customer.get(where)
    assert "Год не подтверждён" in page.words
    silent = await customer.send(f"{LIST}/years/2033/confirmation", page.form("/confirmation"))
    assert (silent.status, 'id="reason-error"' in silent.html) == (422, True)
    said = {**page.form("/confirmation"), "reason": "Проверено"}
    assert (await customer.send(f"{LIST}/years/2033/confirmation", said)).leads_to == where
    page = await customer.get(where)
    assert "Подтверждено: olga" in page.words
    said = {**page.form("/withdrawal"), "reason": "Рано"}
    assert (await customer.send(f"{LIST}/years/2033/withdrawal", said)).leads_to == where
    late = {"idempotency_key": "late", "reason": "Рано"}
    again = await customer.send(f"{LIST}/years/2033/withdrawal", late)
    assert (again.status, "не подтверждён" in again.words) == (409, True)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_reason_is_text_and_never_more(customer: Browser, hostile: str) -> None:
    await customer.log_in(Role.OPERATOR, login="olga")
    path = f"{LIST}/days/2026-08-13"
    for name in ("reason", "is_working"):
        fields = {"idempotency_key": "k", "is_working": "no", "reason": "r", name: hostile}
        page = await customer.send(f"{path}/override", fields)
        assert page.status in {303, 409, 422}
        for shown in (page, await customer.get(path), await customer.get(f"{LIST}?year=2026")):
            assert "<" not in hostile or hostile not in shown.html
