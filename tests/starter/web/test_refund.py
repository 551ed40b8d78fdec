"""A refund from the list of orders to the signed statement, as a client meets it."""

import asyncio
from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.starter.refund.shop import RECIPIENT, SERVICE, SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser, Page

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "{company}",
    "' OR 1=1 --",
    "\u202egnp.exe",
)
OWN_ADDRESS = "buh@romashka.example"
REQUISITES = {name: value or "" for name, value in RECIPIENT.items()}


async def _owner(customer: Browser, shop: Shop, number: str) -> None:
    row = shop.books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)
    await customer.log_in(Role.CLIENT, row.client_id)


async def _start(customer: Browser, shop: Shop, *lines: object) -> tuple[str, Page]:
    """An order of a client who is logged in, and the page that begins its refund."""
    number = await shop.invoice(*lines)  # type: ignore[arg-type]
    await _owner(customer, shop, number)
    return number, await customer.get(f"/refunds/new?invoice={number}")


async def _opened(customer: Browser, shop: Shop) -> str:
    """The page of a case that waits for its statement."""
    _, page = await _start(customer, shop, SUBSCRIPTION)
    return (await customer.send("/refunds", page.form("/refunds"))).leads_to


async def test_a_refund_begins_at_the_three_dots_of_its_order(
    customer: Browser, shop: Shop
) -> None:
    number, _ = await _start(customer, shop, SUBSCRIPTION)
    orders = await customer.get("/")
    assert f"Заказ № {number}" in orders.words
    assert f'href="/refunds/new?invoice={number}"' in orders.html


async def test_a_forged_day_of_stopping_is_refused_in_words_of_the_page(
    customer: Browser, shop: Shop
) -> None:
    _, page = await _start(customer, shop, SUBSCRIPTION)
    form = {**page.form("/refunds"), "stopped_on": "17.03.2026"}
    refused = await customer.send("/refunds", form)
    assert refused.status == 422
    assert "Дата записывается так" in refused.words
    assert "stopped_on" not in refused.words
    _, by_lines = await _start(customer, shop, SERVICE)  # whose page has no such field
    form = {**by_lines.form("/refunds"), "stopped_on": "2026-13-17"}
    refused = await customer.send("/refunds", form)
    assert refused.status == 422
    assert "stopped_on" not in refused.words


async def test_a_sum_that_is_computed_leaves_only_the_statement_to_fill_in(
    customer: Browser, shop: Shop
) -> None:
    _, page = await _start(customer, shop, SUBSCRIPTION)
    assert "Сумма рассчитана" in page.words
    opened = await customer.send("/refunds", page.form("/refunds"))
    assert opened.status == 303
    case = await customer.get(opened.leads_to)
    assert "Заполнить заявление" in case.words


async def test_a_sum_that_is_not_computed_is_asked_for_and_a_specialist_works(
    customer: Browser, shop: Shop
) -> None:
    _, page = await _start(customer, shop, SERVICE)
    assert "Сумму рассчитает специалист" in page.words
    assert "Отправить заявку" in page.words
    form = page.form("/refunds")
    assert form["contact_email"] == OWN_ADDRESS
    opened = await customer.send("/refunds", form)
    case = await customer.get(opened.leads_to)
    assert "Рассчитывает специалист" in case.words
    assert OWN_ADDRESS in case.words
    assert _contact(shop, opened.leads_to) is None


async def test_letters_of_a_request_go_where_its_form_says_and_no_history_has_the_address(
    customer: Browser, shop: Shop
) -> None:
    _, page = await _start(customer, shop, SERVICE)
    form = {**page.form("/refunds"), "contact_email": " dir@romashka.example "}
    opened = await customer.send("/refunds", form)
    assert opened.status == 303
    assert _contact(shop, opened.leads_to) == "dir@romashka.example"
    assert "dir@romashka.example" in (await customer.get(opened.leads_to)).words
    handle = shop.temporal.get_workflow_handle(opened.leads_to.removeprefix("/refunds/"))
    assert "dir@romashka" not in (await handle.fetch_history()).to_json()


@pytest.mark.parametrize("typed", ["", "dir", "dir@", "dir@romashka", "a b@romashka.example"])
async def test_an_address_that_no_letter_reaches_is_said_beside_its_field(
    customer: Browser, shop: Shop, typed: str
) -> None:
    number, page = await _start(customer, shop, SERVICE)
    answer = await customer.send("/refunds", {**page.form("/refunds"), "contact_email": typed})
    assert answer.status == 422
    assert 'id="contact_email-error"' in answer.html
    assert answer.form("/refunds")["contact_email"] == typed
    assert not shop.books.rows("SELECT id FROM refunds WHERE invoice_number = %(n)s", n=number)


async def test_a_form_sent_twice_is_one_command(customer: Browser, shop: Shop) -> None:
    number, page = await _start(customer, shop, SUBSCRIPTION)
    form = page.form("/refunds")
    first = await customer.send("/refunds", form)
    again = await customer.send("/refunds", form)
    assert (again.status, again.leads_to) == (first.status, first.leads_to)
    cases = shop.books.rows("SELECT id FROM refunds WHERE invoice_number = %(n)s", n=number)
    assert len(cases) == 1


async def test_two_clicks_at_once_are_one_command(customer: Browser, shop: Shop) -> None:
    number, page = await _start(customer, shop, SUBSCRIPTION)
    form = page.form("/refunds")
    answers = await asyncio.gather(*(customer.send("/refunds", form) for _ in range(3)))
    assert {(answer.status, answer.leads_to) for answer in answers} == {
        (303, f"/refunds/refund-{number}-1")
    }
    changes = shop.books.rows(
        "SELECT number FROM refund_history WHERE refund_id = %(id)s", id=f"refund-{number}-1"
    )
    assert len(changes) == 2


async def test_a_form_that_outlived_its_session_is_sent_again_as_it_was_typed(
    customer: Browser, shop: Shop
) -> None:
    case = await _opened(customer, shop)
    page = await customer.get(f"{case}/statement")
    token = customer.token
    customer.http.cookies.clear()
    typed = {**page.form("/statement"), **REQUISITES}
    ended = await customer.send(f"{case}/statement", typed)
    assert ended.status == 401
    kept = ended.form("/statement")
    assert kept == typed
    customer.hold(token)
    again = await customer.send(f"{case}/statement", kept)
    assert (again.status, again.leads_to) == (303, case)


async def test_a_second_page_of_the_same_order_leads_to_the_open_case(
    customer: Browser, shop: Shop
) -> None:
    number, page = await _start(customer, shop, SUBSCRIPTION)
    other_tab = await customer.get(f"/refunds/new?invoice={number}")
    first = await customer.send("/refunds", page.form("/refunds"))
    second = await customer.send("/refunds", other_tab.form("/refunds"))
    assert second.leads_to == first.leads_to


async def test_a_form_that_was_sent_cannot_be_sent_with_other_data(
    customer: Browser, shop: Shop
) -> None:
    _, page = await _start(customer, shop, SUBSCRIPTION)
    form = page.form("/refunds")
    await customer.send("/refunds", form)
    changed = {**form, "stopped_on": "2026-03-17"}
    other = await customer.send("/refunds", changed)
    assert other.status == 409
    assert "уже отправлена" in other.words
    kept = other.form("/refunds")
    key = "idempotency_key"
    assert {**kept, key: form[key]} == changed
    assert kept[key] != form[key]
    assert 'href="/refunds/refund-' in other.html


async def test_wrong_requisites_are_said_beside_their_fields_and_kept(
    customer: Browser, shop: Shop
) -> None:
    case = await _opened(customer, shop)
    page = await customer.get(f"{case}/statement")
    typed = {**page.form("/statement"), **REQUISITES, "account": "1234", "inn": "7707083894"}
    answer = await customer.send(f"{case}/statement", typed)
    assert answer.status == 422
    for field in ("account", "inn"):
        assert f'href="#{field}"' in answer.html
        assert f'id="{field}-error"' in answer.html
    assert answer.form("/statement")["account"] == "1234"
    assert answer.form("/statement")["bank_name"] == REQUISITES["bank_name"]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_what_a_field_says_is_text_and_never_more(
    customer: Browser, shop: Shop, hostile: str
) -> None:
    case = await _opened(customer, shop)
    for field in REQUISITES:
        page = await customer.get(f"{case}/statement")
        typed = {**page.form("/statement"), **REQUISITES, field: hostile}
        answer = await customer.send(f"{case}/statement", typed)
        assert answer.status in {303, 422}
        assert "<script>alert" not in answer.html
        assert "<img src=x" not in answer.html


async def test_signs_that_no_text_has_are_refused(customer: Browser, shop: Shop) -> None:
    case = await _opened(customer, shop)
    form = (await customer.get(f"{case}/statement")).form("/statement")
    answer = await customer.send(f"{case}/statement", {**form, "bank_name": "Банк\0"})
    assert answer.status == 422


async def test_a_statement_is_filled_in_seen_and_signed_by_a_code(
    customer: Browser, shop: Shop
) -> None:
    case = await _opened(customer, shop)
    page = await customer.get(f"{case}/statement")
    spaced = {**REQUISITES, "account": "4070 2810 6380 0000 0000"}
    written = await customer.send(f"{case}/statement", {**page.form("/statement"), **spaced})
    assert (written.status, written.leads_to) == (303, case)
    pdf = await customer.get(f"{case}/statement.pdf")
    assert pdf.response.content.startswith(b"%PDF-")
    page = await customer.get(case)
    await customer.send(f"{case}/statement/code", page.form("/statement/code"))
    page = await customer.get(case)
    wrong = {**page.form("/signature"), "code": "000000"}
    code = _code(shop, case)
    if code != "000000":
        refused = await customer.send(f"{case}/statement/signature", wrong)
        assert refused.status in {409, 422}
        page = refused
    right = {**page.form("/signature"), "code": code}
    signed = await customer.send(f"{case}/statement/signature", right)
    assert (signed.status, signed.leads_to) == (303, case)
    assert "Проверяем заявление" in (await customer.get(case)).words


async def test_a_request_is_withdrawn_until_the_payout_begins(
    customer: Browser, shop: Shop
) -> None:
    case = await _opened(customer, shop)
    page = await customer.get(case)
    done = await customer.send(f"{case}/withdrawal", page.form("/withdrawal"))
    assert done.leads_to == case
    late = await customer.send(f"{case}/withdrawal", {"idempotency_key": str(uuid4())})
    assert late.status == 409
    assert "Отозвано" in late.words


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"MZ\x90\x00 a program", 422), (b"0" * (12 * 1024 * 1024), 422)],
    ids=["nothing", "a program", "too large"],
)
async def test_a_file_that_is_no_scan_is_refused_beside_its_field(
    customer: Browser, shop: Shop, content: bytes, status: int
) -> None:
    case = await _opened(customer, shop)
    page = await customer.get(f"{case}/statement")
    await customer.send(f"{case}/statement", {**page.form("/statement"), **REQUISITES})
    form = (await customer.get(case)).form("/scan")
    form.pop("scan")
    answer = await customer.send(f"{case}/statement/scan", form, file=("scan.pdf", content))
    assert answer.status == status
    assert 'id="scan-error"' in answer.html


async def test_what_belongs_to_another_client_is_not_there(customer: Browser, shop: Shop) -> None:
    number, page = await _start(customer, shop, SUBSCRIPTION)
    case = (await customer.send("/refunds", page.form("/refunds"))).leads_to
    await customer.log_in(Role.CLIENT, shop.books.client())
    for path in (case, f"{case}/statement", f"{case}/statement.pdf"):
        assert (await customer.get(path)).status == 404
    assert (await customer.get(f"/refunds/new?invoice={number}")).status == 404
    for ending in ("withdrawal", "statement", "statement/code", "statement/signature"):
        form = {"idempotency_key": str(uuid4()), **REQUISITES, "code": "123456"}
        assert (await customer.send(f"{case}/{ending}", form)).status == 404
    form = {"idempotency_key": str(uuid4()), "invoice": number}
    assert (await customer.send("/refunds", form)).status == 404


def _code(shop: Shop, case: str) -> str:
    row = shop.books.rows(
        "SELECT params->>'code' AS code FROM notifications WHERE case_id = %(id)s"
        " AND template = 'refund_one_time_code' ORDER BY created_at DESC LIMIT 1",
        id=case.removeprefix("/refunds/"),
    )[0]
    return str(row.code)


def _contact(shop: Shop, case: str) -> str | None:
    row = shop.books.row(
        "SELECT contact_email FROM refunds WHERE id = %(id)s", id=case.removeprefix("/refunds/")
    )
    address: str | None = row.contact_email
    return address
