"""Saved views: kept under a name in the head of a list, for one person, up to a limit."""

import pytest

from db.access.saved_view import MAX_VIEWS
from domain.access.roles import Role
from tests.books import Books
from tests.starter.web.browser import Browser

QUEUE = "/desk/refunds?turn=accountant&status=paying&q=%D0%A0%D0%BE%D0%BC%D0%B0%D1%88%D0%BA%D0%B0"
FORM = "/desk/views"


async def kept(browser: Browser, name: str, address: str = QUEUE) -> str:
    """Where the form in the head of a list leads to."""
    form = (await browser.get(address)).form(FORM)
    return (await browser.send(FORM, {**form, "name": name})).leads_to


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.SPECIALIST, QUEUE),
        (Role.OPERATOR, "/desk/renewals?turn=client&overdue=true"),
        (Role.SUPPORT, "/desk/tickets?whose=mine"),
        (Role.ACCOUNTANT, "/desk/entries?status=matched"),
    ],
)
async def test_a_filter_is_kept_seen_in_the_head_and_deleted(
    browser: Browser, role: Role, address: str
) -> None:
    await browser.log_in(role, login=f"views-{role}")
    back = await kept(browser, "Мой отбор", address)
    assert back.startswith(f"{address.split('?')[0]}?")
    page = await browser.get(back)
    assert f'aria-current="page">{"Мой отбор"}' in page.html
    assert 'file=csv"' in page.html
    await browser.log_in(role, login="another")
    assert "Мой отбор" not in (await browser.get(back)).html
    await browser.log_in(role, login=f"views-{role}")
    mine = await browser.get(FORM)
    (deletion,) = [one for one in mine.html.split('"') if one.endswith("/deletion")]
    assert (await browser.send(deletion, mine.form(deletion))).leads_to == FORM
    assert "Мой отбор" not in (await browser.get(back)).html


async def test_the_same_name_is_replaced_and_the_query_is_only_parameters(
    browser: Browser, books: Books
) -> None:
    await browser.log_in(Role.SPECIALIST, login="again")
    await kept(browser, "Один")
    form = {**(await browser.get(QUEUE)).form(FORM), "name": "Один", "query": "turn=bank\r\nX: y&b"}
    await browser.send(FORM, form)
    rows = books.rows("SELECT list, query FROM saved_views WHERE login = 'again'")
    assert [(row.list, row.query) for row in rows] == [("/desk/refunds", "turn=bank+X%3A+y")]


async def test_a_person_has_so_many_and_is_told(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.SPECIALIST, login="many")
    for number in range(MAX_VIEWS):
        await kept(browser, f"Отбор {number}")
    form = {**(await browser.get(QUEUE)).form(FORM), "name": "Лишний"}
    refused = await browser.send(FORM, form)
    assert refused.status == 409
    assert f"Сохранено уже {MAX_VIEWS} отборов" in refused.words
    assert refused.form(FORM)["name"] == "Лишний"
    assert await kept(browser, "Отбор 3", "/desk/refunds?turn=bank")
    assert len(books.rows("SELECT FROM saved_views WHERE login = 'many'")) == MAX_VIEWS


async def test_what_is_wrong_is_said_beside_the_name_and_kept(browser: Browser) -> None:
    await browser.log_in(Role.SPECIALIST, login="wrong")
    form = (await browser.get(QUEUE)).form(FORM)
    empty = await browser.send(FORM, {**form, "name": " "})
    assert (empty.status, "Напишите название" in empty.words) == (422, True)
    assert empty.form(FORM)["query"] == form["query"]
    long = await browser.send(FORM, {**form, "name": "я" * 61})
    assert "не длиннее 60 знаков" in long.words
    foreign = await browser.send(FORM, {**form, "name": "x", "list": "//evil.example"})
    assert foreign.status == 404
    entries = await browser.send(FORM, {**form, "name": "x", "list": "/desk/entries"})
    assert entries.status == 404  # of another role
    await kept(browser, "<script>alert(1)</script>")
    assert "<script>alert" not in (await browser.get(FORM)).html


async def test_nobody_deletes_the_filter_of_another(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.SPECIALIST, login="owner")
    await kept(browser, "Чужой")
    view_id = books.row("SELECT id FROM saved_views WHERE login = 'owner'").id
    await browser.log_in(Role.SPECIALIST, login="thief")
    form = {"idempotency_key": "thief-0123456789"}
    assert (await browser.send(f"{FORM}/{view_id}/deletion", form)).status == 404
    assert books.rows("SELECT FROM saved_views WHERE id = %(id)s", id=view_id) != []
