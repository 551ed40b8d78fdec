"""Lists of the desk as files and on paper: with their filter in the head, and no dead ends."""

import csv
import io
import re
import zipfile
from uuid import uuid4

import pytest

from domain.access.roles import Role
from starter.presentation.table_file import FileKind
from starter.web.desk.saved import FILE_ROWS, FileColumn, SavedList, roubles_in_cell
from tests.books import Books, Line
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page
from texts import Language, rubles, translate

LISTS = {
    "/desk/entries?status=ignored&direction=out": (Role.OPERATOR, "Не учитываются, Списание"),
    "/desk/entries?status=any&first_day=2026-01-02&amount=12+200%2C50&payer=%D0%BE%D0%BE%D0%BE": (
        Role.ACCOUNTANT,
        f"Все, с 02.01.2026, сумма {rubles(1_220_050)}, контрагент «ооо»",
    ),
    "/desk/runs": (Role.ACCOUNTANT, "Последние реестры"),
    "/desk/runs?state=dissolved": (Role.OPERATOR, "Расформирован"),
    "/desk/statements": (Role.ACCOUNTANT, "Последние файлы"),
    "/desk/statements?status=refused": (Role.OPERATOR, "Не принята"),
    "/desk/surpluses": (Role.ACCOUNTANT, "Не возвращённые клиентам"),
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
    browser: Browser, books: Books, path: str
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
    await browser.log_in(Role.CLIENT, books.client())
    assert (await browser.get(f"{path}{'&' if '?' in path else '?'}file=csv")).status == 403


async def test_the_cases_of_a_figure_are_saved_and_hostile_words_stay_words(
    shop: Shop, customer: Browser
) -> None:
    case = await shop.opened(Line())
    name = "=HYPERLINK(0)"
    client_id = case.client.caller.client_id
    renamed = "UPDATE clients SET name = %(n)s WHERE id = %(id)s RETURNING id"
    shop.books.row(renamed, n=name, id=client_id)
    await customer.log_in(Role.SPECIALIST)
    report = await customer.get("/desk/reports")
    link = report.html.split("figure=status&amp;value=awaiting_statement")[0].rsplit('"', 1)[1]
    page = await customer.get(f"{link.replace('&amp;', '&')}figure=status&value=awaiting_statement")
    saved = table((await customer.get(link_to(page, FileKind.CSV))).response.content)
    assert translate("refund.staff_status.awaiting_statement") in saved[0][0]
    (line,) = [one for one in saved if one[0] == case.id]
    assert f"'{name}" in line
    queue = await customer.get("/desk/refunds?turn=client&status=awaiting_statement")
    whole = table((await customer.get(link_to(queue, FileKind.CSV))).response.content)
    assert "Клиент, " in whole[0][0]
    assert f"'{name}" in next(one for one in whole if one[0] == case.id)


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


def leads_on(page: Page) -> bool:
    """Whether its main part, without the choice of a filter and the files, has a link or a form."""
    main = page.html.split("<main")[1].split("</main>")[0]
    choice = r'<nav class="tabs".*?</nav>|<p class="buttons">.*?</p>'
    main = re.sub(choice, "", main, flags=re.DOTALL)
    return 'href="/' in main or "<form" in main


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/desk/refunds?turn=bank", Role.SPECIALIST),
        ("/desk/entries?status=ignored&direction=out", Role.OPERATOR),
        ("/desk/differences?decided=true", Role.OPERATOR),
        ("/desk/search?q=zzzzzzzz", Role.SPECIALIST),
        ("/desk/reports?first_day=2001-01-01&last_day=2001-01-02", Role.ACCOUNTANT),
    ],
)
async def test_a_list_without_rows_leads_on(browser: Browser, path: str, role: Role) -> None:
    await browser.log_in(role)
    page = await browser.get(path)
    assert page.status == 200
    assert leads_on(page)


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.SUPPORT])
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/desk/refunds/refund-2026-999999-9", 404, "через поиск вверху"),
        ("/settings", 403, "Её открывает: клиент"),
    ],
)
async def test_a_refusal_says_what_to_do_and_leads_to_the_queue(
    browser: Browser, role: Role, path: str, status: int, words: str
) -> None:
    await browser.log_in(role)
    page = await browser.get(path)
    assert page.status == status
    assert words in page.words
    assert 'href="/desk"' in page.html.split("<main")[1]


async def test_who_may_open_a_page_is_told_to_staff_and_to_nobody_else(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.SUPPORT)
    assert "Её открывает: бухгалтер, оператор" in (await browser.get("/desk/books")).words
    await browser.log_in(Role.CLIENT, books.client())
    page = await browser.get("/desk/books")
    assert ("бухгалтер" in page.words, page.status) == (False, 403)
    assert translate("page.error.403.what_to_do") in page.html


async def test_a_decision_that_cannot_be_taken_any_more_leads_on(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(Line())
    await customer.log_in(Role.SPECIALIST)
    said = {"decline-reason": "Услуга оказана полностью", "idempotency_key": str(uuid4())}
    late = await customer.send(f"/desk/refunds/{case.id}/decline", said)
    assert (late.status, leads_on(late)) == (409, True)


async def test_a_page_that_is_away_for_a_while_can_be_asked_for_again(browser: Browser) -> None:
    await browser.log_in(Role.OPERATOR)
    away = await browser.get("/desk/operators")
    assert away.status == 503
    assert translate("page.error.503.what_to_do") in away.html
    assert 'href="/desk' in away.html.split("<main")[1]
