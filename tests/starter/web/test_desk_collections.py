"""Unpaid orders on pages: what staff decide at the desk, and what their client answers."""

import asyncio
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from starter.web.desk import collections as desk
from tests.books import Books
from tests.starter.broken_invariants import behind_the_back
from tests.starter.caller import Api
from tests.starter.collection.overdue import (
    Overdue,
    letters_leave,
    may_be_written_to_now,
    overdue,
)
from tests.starter.compensation.rates import known_rates
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_desk_tickets import HOSTILE

LIST = "/desk/collections"
PATIENCE_SECONDS = 60.0
TOKEN = "a-link-of-a-letter-of-tests"
COURT = {"kind": "order", "court": "Арбитражный суд города Москвы", "number": "А40-1/2026"}


def in_days(days: int) -> str:
    return (moscow_date(datetime.now(UTC)) + timedelta(days=days)).isoformat()


async def until(browser: Browser, path: str, words: str) -> Page:
    """The page once it says so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while words not in (page := await browser.get(path)).words:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return page


async def sent(browser: Browser, case: Overdue, path: str, **typed: str) -> Page:
    """A form of the case's page, filled in; the key is the page's."""
    address = f"{LIST}/{case.number}"
    form = (await browser.get(address)).form("/contacts")
    fields = {"idempotency_key": form["idempotency_key"], **typed}
    named = {
        name.replace("_", "-") if name.endswith("_reason") else name: value
        for name, value in fields.items()
    }
    return await browser.send(f"{address}/{path}", named)


async def done(browser: Browser, case: Overdue, path: str, says: str, **typed: str) -> Page:
    """The page once it says what a form has led to."""
    answer = await sent(browser, case, path, **typed)
    assert answer.status == 303, answer.words
    return await until(browser, f"{LIST}/{case.number}", says)


async def test_an_accountant_pauses_hands_on_and_settles(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    case = await overdue(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    assert f"№ {case.number}" in (await customer.get(f"{LIST}?status=due")).words
    paused = await done(
        customer, case, "pause", "Ждём бюджет", paused_until=in_days(9), pause_reason="Ждём бюджет"
    )
    assert "<script>alert" not in paused.html
    await done(customer, case, "promise", "Клиент обещал", pay_on=in_days(3), said=HOSTILE)
    await done(customer, case, "lawyer", "У юриста", lawyer_reason="Молчит")
    late = await sent(customer, case, "pause", paused_until=in_days(9), pause_reason="Ещё")
    assert late.status == 409
    page = await done(customer, case, "court", COURT["number"], filed_on=in_days(0), **COURT)
    assert "8 000,00" in page.words.replace("\xa0", " ")
    page = await done(customer, case, "settle", "Урегулировано", settle_reason="Мировое соглашение")
    assert 'id="decide"' not in page.html
    late = await sent_late(customer, case)
    assert (late.status, "Урегулировано" in late.words) == (409, True)


async def sent_late(browser: Browser, case: Overdue) -> Page:
    """A form that somebody had open when the case ended."""
    fields = {"idempotency_key": f"late-{case.number}", "cancel-reason": "Ошибка"}
    return await browser.send(f"{LIST}/{case.number}/cancel", fields)


async def test_a_write_off_is_declined_proposed_again_and_confirmed_by_another(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    case = await overdue(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    proposed = "Списание предложил"
    reason = {"write_off_reason": "Ликвидирован"}
    await done_write_off(customer, case, reason)
    found = "Найден правопреемник"
    await done(customer, case, "write-off/decline", found, decline_reason=found)
    page = await customer.get(f"{LIST}/{case.number}")
    assert ("/write-off/confirm" in page.html, proposed in page.words) == (False, False)
    await done_write_off(customer, case, reason)
    own = await sent(customer, case, "write-off/confirm")
    assert own.status == 409
    await customer.log_in(Role.OPERATOR, login="orlov")
    assert (await sent(customer, case, "write-off/confirm")).status == 303
    await until(customer, f"{LIST}/{case.number}", "Долг списан")


async def done_write_off(browser: Browser, case: Overdue, reason: dict[str, str]) -> None:
    """A write-off is proposed and can be confirmed."""
    assert (await sent(browser, case, "write-off", **reason)).status == 303
    async with asyncio.timeout(PATIENCE_SECONDS):
        while "/write-off/confirm" not in (await browser.get(f"{LIST}/{case.number}")).html:  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def test_a_case_is_cancelled_with_its_reason(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    case = await overdue(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    await done(customer, case, "cancel", "Взыскание отменено", cancel_reason="Счёт не наш")
    assert f"№ {case.number}" not in (await customer.get(LIST)).words
    assert (await customer.get(f"{LIST}/{case.number}/claim.pdf")).status == 409


async def test_contacts_are_kept_as_text(whole_api: Api, books: Books, customer: Browser) -> None:
    case = await overdue(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    said = {"channel": "call", "contacted_on": in_days(0), "contact-note": HOSTILE}
    page = await done(customer, case, "contacts", "alert(1)", **said)
    assert "<script>alert" not in page.html
    (kept,) = books.rows(
        "SELECT channel, note, written_by FROM collection_contacts WHERE collection_id = %(id)s",
        id=case.id,
    )
    assert (kept.channel, kept.written_by) == ("call", "kuznetsova")
    listed = await whole_api.call(
        "GET", f"/v1/collections/{case.id}/contacts", role=Role.ACCOUNTANT
    )
    assert [one["note"] for one in listed.json()] == [kept.note]


@pytest.mark.parametrize(
    ("path", "typed", "field"),
    [
        ("promise", {"pay_on": "завтра"}, "pay_on"),
        ("promise", {"pay_on": "2020-01-01"}, ""),
        ("pause", {"paused_until": "2020-01-01", "pause_reason": "Ждём"}, ""),
        ("pause", {"paused_until": "2099-01-01"}, "pause-reason"),
        ("lawyer", {}, "lawyer-reason"),
        ("settle", {"settle_reason": " "}, "settle-reason"),
        ("cancel", {}, "cancel-reason"),
        ("write-off", {}, "write-off-reason"),
        ("contacts", {"channel": "pigeon", "contacted_on": "2026-01-01"}, ""),
        (
            "contacts",
            {"channel": "call", "contacted_on": "2099-01-01", "contact-note": "x"},
            "contacted_on",
        ),
        ("contacts", {"channel": "call", "contacted_on": "2026-11-01"}, "contact-note"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_done(
    whole_api: Api, books: Books, customer: Browser, path: str, typed: dict[str, str], field: str
) -> None:
    case = await one_for_all(whole_api, books)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    wrong = await sent(customer, case, path, **typed)
    assert wrong.status == 422
    assert not field or f'id="{field}-error"' in wrong.html
    row = books.row("SELECT version, promises FROM collections WHERE id = %(id)s", id=case.id)
    assert (row.promises, (await case.read())["status"]) == (0, "due")


_kept: dict[int, Overdue] = {}


async def one_for_all(api: Api, books: Books) -> Overdue:
    """A case that nothing is done to; one for each installation."""
    key = id(api)
    if key not in _kept:
        _kept[key] = await overdue(api, books)
    return _kept[key]


async def test_the_claim_is_seen_before_it_is_sent_and_its_paper_after(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    await known_rates(whole_api)
    client_id = may_be_written_to_now(books)
    case = await overdue(whole_api, books, client_id)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    address = f"{LIST}/{case.number}"
    assert (await sent(customer, case, "claim")).status == 409
    await done(customer, case, "lawyer", "У юриста", lawyer_reason="Молчит")
    wrong = await sent(customer, case, "court", **{**COURT, "filed_on": in_days(1)})
    assert (wrong.status, 'id="filed_on-error"' in wrong.html) == (422, True)
    missing = await sent(customer, case, "court", kind="order", filed_on=in_days(0))
    assert (missing.status, 'id="court-error"' in missing.html) == (422, True)
    assert (await sent(customer, case, "court", kind="lynch")).status == 422
    draft = await customer.get(f"{address}/claim.pdf")
    assert draft.response.content.startswith(b"%PDF")
    await done(customer, case, "claim", "Направлена претензия")
    (letter,) = books.rows(
        "SELECT id FROM collection_letters WHERE collection_id = %(id)s", id=case.id
    )
    paper = await customer.get(f"{address}/letters/{letter.id}.pdf")
    assert paper.response.content.startswith(b"%PDF")
    other = await overdue(whole_api, books)
    assert (await customer.get(f"{LIST}/{other.number}/letters/{letter.id}.pdf")).status == 404

    assert "ещё не отправлено" in (await customer.get(address)).html
    await customer.log_in(Role.CLIENT, client_id)
    own = f"/debts/{case.number}"
    assert f"/letters/{letter.id}.pdf" not in (await customer.get(own)).html
    letters_leave(books, case.id)
    assert f"/letters/{letter.id}.pdf" in (await customer.get(own)).html
    saved = await customer.get(f"/debts/{case.number}/letters/{letter.id}.pdf")
    assert saved.response.content.startswith(b"%PDF")
    await answered_by_letter(books, customer, case)


async def answered_by_letter(books: Books, browser: Browser, case: Overdue) -> None:
    """The letter's link needs no session, and does nothing before a button is pressed."""
    digest = sha256(TOKEN.encode()).hexdigest()
    behind_the_back(
        books,
        f"UPDATE collection_letters SET token_hash = decode('{digest}', 'hex')"  # noqa: S608
        f" WHERE collection_id = '{case.id}'",
    )
    browser.http.cookies.clear()
    link = f"/debts/answer/{TOKEN}"
    page = await browser.get(link)
    assert f"{case.number}" in page.words
    form = page.form(f"/{TOKEN}")
    key = {"idempotency_key": form["idempotency_key"]}
    assert (await case.read())["answer"] is None
    for elsewhere in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://scanner.example"}, {}):
        pressed = await browser.send(link, {**key, "answer": "disagree"}, headers=elsewhere)
        assert pressed.status == 403
    assert (await case.read())["answer"] is None
    assert (await browser.send(link, {**key, "answer": "never"})).status == 422
    answered = await browser.send(link, {**key, "answer": "disagree"})
    assert (answered.status, "Не согласны" in answered.words) == (200, True), answered.words
    assert (await case.read())["answer"] == "disagree"
    assert (await browser.get(f"{link}x")).status == 404


async def test_a_client_says_why_and_when_it_pays(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    case = await overdue(whole_api, books)
    await customer.log_in(Role.CLIENT, case.client_id)
    address = f"/debts/{case.number}"
    form = (await customer.get(address)).form("/reason")
    key = {"idempotency_key": form["idempotency_key"]}
    assert (await customer.send(f"{address}/reason", {**key, "answer": "x"})).status == 422
    assert (await customer.send(f"{address}/reason", {**key, "answer": "approval"})).status == 303
    await until(customer, address, "Причина")
    promise = (await customer.get(address)).form("/promise")
    assert promise["pay_on"] == in_days(1)
    wrong = await customer.send(f"{address}/promise", {**promise, "pay_on": "скоро"})
    assert (wrong.status, 'id="pay_on-error"' in wrong.html) == (422, True)
    assert (await customer.send(f"{address}/promise", promise)).status == 303
    await until(customer, address, "Вы обещали оплатить")
    await customer.log_in(Role.CLIENT, books.client())
    assert (await customer.get(address)).status == 404
    foreign = await customer.send(f"{address}/reason", {**key, "answer": "forgot"})
    assert foreign.status == 404


async def test_the_queue_is_paged_by_deadline(
    whole_api: Api, books: Books, customer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = {(await overdue(whole_api, books)).number for _ in range(2)}
    monkeypatch.setattr(desk, "SHOWN", 1)
    await customer.log_in(Role.OPERATOR, login="orlov")
    found, address = set[str](), LIST
    while address:
        page = await customer.get(address)
        found |= {number for number in cases if f"{LIST}/{number}" in page.html}
        _, _, rest = page.html.partition(f'class="button" href="{LIST}?')
        address = f"{LIST}?{rest.partition(chr(34))[0]}" if rest else ""
    assert found == cases
