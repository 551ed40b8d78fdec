"""Lists of the desk as files and on paper: with their filter in the head, and no dead ends."""

import csv
import io
import zipfile
from collections.abc import Sequence
from uuid import uuid4

import pytest

from domain.access.roles import Role
from starter.presentation.table_file import FileKind
from starter.web.desk.saved import FILE_ROWS, FileColumn, SavedList, roubles_in_cell
from tests.books import Books, Line
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page
from texts import Language, translate

LISTS = {
    "/desk/entries?status=ignored&direction=out": (Role.OPERATOR, "Не учитываются, Списание"),
    "/desk/runs": (Role.ACCOUNTANT, "Последние реестры"),
    "/desk/statements": (Role.ACCOUNTANT, "Последние файлы"),
    "/desk/limit-requests?answered=true": (Role.SPECIALIST, "Все"),
    "/desk/differences?decided=true": (Role.ACCOUNTANT, "Решённые"),
    "/desk/receipts?status=settled": (Role.OPERATOR, "receipt.status.settled"),
}
"""Lists under a filter, who reads them, and what their files say of the filter."""
NUMBERS = SavedList[int](
    "/desk/numbers",
    "page.desk.runs",
    (
        FileColumn("page.desk.file.number", lambda one, _: one),
        FileColumn("page.desk.status", lambda one, language: translate("role.client", language)),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(one)),
    ),
)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def link_to(page: Page, kind: FileKind) -> str:
    """Where the page saves itself."""
    end = f'file={kind}"'
    assert page.html.count(end) == 1
    return (page.html.split(end)[0].rsplit('"', 1)[1] + end[:-1]).replace("&amp;", "&")


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_saved_under_the_filter_that_it_is_shown_by(
    browser: Browser, path: str
) -> None:
    role, said = LISTS[path]
    words = translate(said) if said.startswith("receipt.") else said
    await browser.log_in(role)
    page = await browser.get(path)
    assert f'<p class="printed">{words}</p>' in page.html
    saved = (await browser.get(link_to(page, FileKind.CSV))).response
    assert saved.headers["content-disposition"].endswith('.csv"')
    head, titles, *_ = table(saved.content)
    assert f"Отбор: {words}." in head[0]
    assert len(titles) == len(set(titles))
    book = (await browser.get(link_to(page, FileKind.XLSX))).response
    with zipfile.ZipFile(io.BytesIO(book.content)) as opened:
        assert f"Отбор: {words}." in opened.read("xl/sharedStrings.xml").decode()
    await browser.log_in(Role.CLIENT, "romashka")
    assert (await browser.get(f"{path}{'&' if '?' in path else '?'}file=csv")).status == 403


async def test_the_cases_of_a_figure_are_saved_and_hostile_words_stay_words(
    shop: Shop, customer: Browser
) -> None:
    case = await shop.opened(Line())
    name = "=HYPERLINK(0)"
    client_id = case.client.caller.client_id
    shop.books.rows("UPDATE clients SET name = %(n)s WHERE id = %(id)s", n=name, id=client_id)
    await customer.log_in(Role.SPECIALIST)
    report = await customer.get("/desk/reports")
    link = report.html.split("figure=status&amp;value=awaiting_statement")[0].rsplit('"', 1)[1]
    page = await customer.get(f"{link.replace('&amp;', '&')}figure=status&value=awaiting_statement")
    saved = table((await customer.get(link_to(page, FileKind.CSV))).response.content)
    assert (
        saved[0][0].count("Ждём") == 1
        or translate("refund.status.awaiting_statement") in (saved[0][0])
    )
    (line,) = [one for one in saved if one[0] == case.id]
    assert f"'{name}" in line


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize(("rows", "left"), [(2, False), (FILE_ROWS, False), (FILE_ROWS + 1, True)])
async def test_a_file_says_what_it_leaves_out(rows: int, left: bool, language: Language) -> None:
    saved = await NUMBERS.file(language, FileKind.CSV, "все", range(1, rows + 1))
    _, titles, *lines = table(bytes(saved.body))
    assert len(titles) == 3
    assert lines[0][2] == "0,01"
    limit = translate("page.desk.file.limit", language, n=FILE_ROWS)
    assert (lines[-1] == [limit]) == left
    assert len(lines) == min(rows, FILE_ROWS) + left


def says_what_to_do(page: Page) -> bool:
    """Whether its main part has a link, a button, or a form to go on by."""
    main = page.html.split("<main")[1].split("</main>")[0]
    return 'href="/' in main or "<button" in main


def empty_lists() -> Sequence[tuple[str, Role]]:
    return [(path, role) for path, (role, _) in LISTS.items()] + [
        ("/desk?turn=bank", Role.SPECIALIST),
        ("/desk/search?q=zzzzzzzz", Role.SPECIALIST),
        ("/desk/operators", Role.OPERATOR),
        ("/desk/operators/letters", Role.OPERATOR),
        ("/desk/reports?first_day=2001-01-01&last_day=2001-01-02", Role.ACCOUNTANT),
    ]


@pytest.mark.parametrize(("path", "role"), empty_lists())
async def test_a_list_without_rows_leads_on(browser: Browser, path: str, role: Role) -> None:
    await browser.log_in(role)
    page = await browser.get(path)
    assert page.status == 200
    assert says_what_to_do(page)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR])
async def test_a_refusal_says_what_to_do(browser: Browser, books: Books, role: Role) -> None:
    await browser.log_in(role)
    absent = await browser.get("/desk/refunds/refund-2026-999999-9")
    forbidden = await browser.get("/orders/new/offer")
    theirs = await browser.get("/settings")
    statuses = {404: absent, 403: theirs}
    for status, page in statuses.items():
        assert page.status == status
        assert translate(f"page.error.{status}.what_to_do") in page.html
        assert 'href="/desk"' in page.html.split("<main")[1]
    assert forbidden.status == 404
    assert books.client()


async def test_a_form_that_came_twice_with_other_words_says_what_to_do(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(Line())
    await customer.log_in(Role.SPECIALIST)
    key = {"idempotency_key": str(uuid4()), "reason": "Услуга оказана полностью"}
    path = f"/desk/refunds/{case.id}/decline"
    first = await customer.send(path, key)
    assert first.status == 303
    second = await customer.send(path, {**key, "reason": "Другая причина"})
    late = await customer.send(path, {**key, "idempotency_key": str(uuid4())})
    assert (second.status, late.status) == (409, 409)
    assert says_what_to_do(second)
    assert says_what_to_do(late)


async def test_while_temporal_is_away_a_decision_says_what_to_do(
    browser: Browser, shop: Shop
) -> None:
    case = await shop.opened(Line())
    await browser.log_in(Role.SPECIALIST)
    page = await browser.send(
        f"/desk/refunds/{case.id}/decline",
        {"idempotency_key": str(uuid4()), "reason": "Услуга оказана полностью"},
    )
    assert page.status == 503
    assert says_what_to_do(page)
