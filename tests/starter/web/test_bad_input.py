"""What people and programs send that no form was made for."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from uuid import uuid4

import pytest
import pytest_asyncio

from domain.access.roles import Role
from starter.access import PUBLIC_PAGES, roles_of_page
from starter.caller import Caller
from starter.web.app import all_pages
from starter.web.http.forms import MAX_FORM_BYTES
from tests.scans import pdf
from tests.starter.caller import Api
from tests.starter.dispute.disputed import disputed
from tests.starter.goods_return.returning import opened as return_asked
from tests.starter.refund.shop import RECIPIENT, SERVICE, SUBSCRIPTION, Case, Person, Shop
from tests.starter.renewal.ordered import subscriber, write_own_account
from tests.starter.subscription.registered import write_catalogue
from tests.starter.subscription.test_limit_request import ask
from tests.starter.ticket.test_tickets import ask as asked
from tests.starter.web.browser import OWN, Browser, Page

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "{company}{0}%s",
    "' OR 1=1 --",
    "\u202egnp.exe\u2066",
    "9" * 40_000,
    "Z̸" * 500,
)
REQUISITES = {name: value or "" for name, value in RECIPIENT.items()}
STATEMENT = "SELECT id FROM statements WHERE refund_id = %(id)s"
SCAN_OF = "SELECT id FROM scans WHERE refund_id = %(id)s"
CLAIM = "SELECT id FROM payment_claims WHERE renewal_id = %(id)s"
PAPER = "SELECT id FROM dispute_evidence WHERE dispute_id = %(id)s LIMIT 1"
MESSAGE = (
    "SELECT id FROM notifications WHERE case_id = %(id)s AND channel = 'inbox' AND role = 'client'"
    " ORDER BY number LIMIT 1"
)
SCAN = ("scan.pdf", b"%PDF-1.7\n%%EOF")
WITHOUT_ID = {
    "/": "",
    "/organisation": "client_id",
    "/refunds": "invoice",
    "/returns": "invoice",
}
"""Addresses that name nothing themselves, and the field by which their form does."""
QUERIES = {
    "/refunds/new": "?invoice={invoice_number}",
    "/returns/new": "?invoice={invoice_number}",
    "/subscriptions/{subscription_id}/order": "?offer=same&tariff=400",
}


@dataclass(frozen=True)
class Others:
    """What belongs to clients who are not here: by the names that paths have for it."""

    case: Case
    client_id: str
    ids: Mapping[str, str]


def _typed(**fields: str) -> dict[str, str]:
    """Every field that a form about a refund has, with what a client may put there."""
    return {
        "idempotency_key": str(uuid4()),
        **REQUISITES,
        "code": "123456",
        "score": "5",
        "text": "Быстро",
        **fields,
    }


async def _owner(customer: Browser, case: Case) -> str:
    client_id = case.client.caller.client_id or ""
    await customer.log_in(Role.CLIENT, client_id)
    return client_id


def _is_said_as_text(page: Page, hostile: str) -> bool:
    return all(markup not in page.html for markup in (hostile,) if "<" in hostile)


def _pages_of_clients() -> Iterator[tuple[str, str]]:
    for page in all_pages():
        operation, by_letter = str(page.operation_id), "token" in page.param_convertors
        if operation in PUBLIC_PAGES or by_letter:
            continue  # a token is no id: whoever has it was sent the letter
        if Role.CLIENT in roles_of_page(operation):
            (method,) = sorted(page.methods or ())
            yield method, page.path


@pytest_asyncio.fixture(scope="module")
async def others(shop: Shop, whole_api: Api) -> Others:
    """One of everything that a page can name, all of them of clients who are not here."""
    case, rows = await shop.opened(SUBSCRIPTION), shop.books.row
    await case.drawn_up()
    assert (await case.client.upload(f"{case.path}/statement/scan", pdf())).status_code == 200
    await write_catalogue(whole_api)
    await write_own_account(whole_api)
    buyer = await subscriber(whole_api)
    order = await buyer.ordered(method="bank_transfer")
    bill, claim = Person(shop.http, Caller("buh", Role.CLIENT, buyer.client_id)), str(order["id"])
    assert (await bill.upload(f"/v1/renewals/{claim}/claim", pdf())).status_code == 200
    biggest = await subscriber(whole_api, "1000", ends=60)
    request = await ask(whole_api, biggest.client_id, biggest.subscription_id)
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    dispute = await disputed(shop, number)
    await dispute.until("collecting", "review", "proposal")
    dossier = await dispute.client.post(f"{dispute.path}/dossiers", {"export": "redacted"})
    link = uuid4()
    shop.books.put(
        "telegram_links",
        id=link,
        token_hash=uuid4().bytes * 2,
        client_id=buyer.client_id,
        login="buh",
        asked_at="2026-11-30T09:00:00Z",
        ends_at="2026-11-30T09:10:00Z",
    )
    ids = {
        "link_id": str(link),
        "refund_id": case.id,
        "invoice_number": number,
        "renewal_id": str(order["id"]),
        "subscription_id": buyer.subscription_id,
        "request_id": str(request.json()["id"]),
        "number": str(order["invoice_number"]),
        "statement_id": str(rows(STATEMENT, id=case.id).id),
        "scan_id": str(rows(SCAN_OF, id=case.id).id),
        "claim_id": str(rows(CLAIM, id=claim).id),
        "message_id": str(rows(MESSAGE, id=case.id).id),
        "ticket_id": (await asked(whole_api, shop.books))[1],
        "return_id": (await return_asked(whole_api, shop.books))[1],
        "file_id": str(uuid4()),
        "dispute_id": dispute.id,
        "dossier_id": str(dossier.json()["id"]),
        "paper_id": str(rows(PAPER, id=dispute.id).id),
    }
    return Others(case, case.client.caller.client_id or "", ids)


@pytest.mark.parametrize(("method", "path"), sorted(_pages_of_clients()))
async def test_no_page_and_no_form_reaches_what_is_another_clients(
    customer: Browser, shop: Shop, others: Others, method: str, path: str
) -> None:
    number, before = others.ids["invoice_number"], others.case.papers()
    await customer.log_in(Role.CLIENT, shop.books.client())
    address = path.format(**others.ids)
    if method == "GET":
        page = await customer.get(address + QUERIES.get(path, "").format(**others.ids))
    else:
        fields = _typed(invoice=number, client_id=others.client_id)
        page = await customer.send(address, fields)
    if "{" in path or path in QUERIES or (method == "POST" and WITHOUT_ID.get(path)):
        assert page.status == 404
        assert "Такой страницы нет" in page.words
    for one in others.ids.values():
        assert path in QUERIES or one not in page.html.replace(address, "")
    assert others.case.papers() == before


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_a_field_of_a_refund_says_is_text_and_never_more(
    customer: Browser, shop: Shop, hostile: str
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    refund = await shop.opened(SERVICE)
    await case.by(Role.SPECIALIST, "return", {"remarks": "Нет"})
    for one, ending, names in (
        (case, "/statement", tuple(REQUISITES)),
        (case, "/statement/signature", ("code",)),
        (refund, "/feedback", ("score", "text")),
    ):
        await _owner(customer, one)
        for name in (*names, "idempotency_key"):
            page = await customer.send(f"/refunds/{one.id}{ending}", _typed(**{name: hostile}))
            assert page.status in {303, 409, 422}, (ending, name)
            assert _is_said_as_text(page, hostile)


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
async def test_what_a_request_for_a_refund_says_is_text_and_never_more(
    customer: Browser, shop: Shop, hostile: str
) -> None:
    number = await shop.invoice(SERVICE)
    await customer.log_in(Role.CLIENT, shop.client_of(number).caller.client_id or "")
    for name in ("invoice", "stopped_on", "kind", "contact_email", "other"):
        form = {"idempotency_key": str(uuid4()), "invoice": number, name: hostile}
        page = await customer.send("/refunds", form)
        assert page.status in {303, 404, 422}, name
        assert _is_said_as_text(page, hostile)
    for query in ("invoice", "stopped_on", "kind"):
        asked = {"invoice": number, query: hostile[:2000]}
        answer = Page(await customer.http.get("/refunds/new", params=asked))
        assert answer.status in {200, 404, 422}, query
        assert _is_said_as_text(answer, hostile)


@pytest.mark.parametrize(
    "ending",
    ["/withdrawal", "/statement", "/statement/code", "/statement/signature", "/feedback"],
)
async def test_every_form_outlives_its_session(customer: Browser, shop: Shop, ending: str) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await case.drawn_up()
    typed = _typed(text="Две\nстроки, «кавычки» & <знаки>")
    before = case.papers()
    ended = await customer.send(f"/refunds/{case.id}{ending}", typed)
    assert ended.status == 401
    assert ended.form(ending) == typed
    assert case.papers() == before
    await _owner(customer, case)
    again = await customer.send(f"/refunds/{case.id}{ending}", ended.form(ending))
    assert again.status in {303, 409, 422}


async def test_of_files_of_nobody_knows_whom_no_more_is_read_than_of_a_page(
    browser: Browser,
) -> None:
    read = 0

    async def file() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += MAX_FORM_BYTES
            yield b"x" * MAX_FORM_BYTES

    headers = {**OWN, "Content-Type": "multipart/form-data; boundary=b"}
    path = "/disputes/dispute-2026-000117-1/reply"
    ended = Page(await browser.http.post(path, content=file(), headers=headers))
    assert (ended.status, "файлы без входа не принимаются" in ended.words) == (401, True)
    assert f'action="{path}"' not in ended.html
    assert read <= 3 * MAX_FORM_BYTES


async def test_a_scan_that_comes_after_its_session_is_asked_for_again(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await case.drawn_up()
    path = f"/refunds/{case.id}/statement/scan"
    ended = await customer.send(path, {"idempotency_key": str(uuid4())}, file=SCAN)
    assert ended.status == 401
    assert "выбрать ещё раз" in ended.words
    await _owner(customer, case)
    again = await customer.send(path, ended.form("/scan"))
    assert again.status == 422
    assert 'id="scan-error"' in again.html


async def test_a_case_that_moved_meanwhile_is_shown_as_it_is_now(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await case.drawn_up()
    await _owner(customer, case)
    tab = await customer.get(f"/refunds/{case.id}")
    other_tab = await customer.get(f"/refunds/{case.id}/statement")
    await customer.send(f"/refunds/{case.id}/withdrawal", tab.form("/withdrawal"))
    for ending in ("/statement/code", "/withdrawal"):
        late = await customer.send(
            f"/refunds/{case.id}{ending}", {**tab.form(ending), "idempotency_key": str(uuid4())}
        )
        assert late.status == 409, ending
        assert "Вы отозвали заявку" in late.words
    typed = {**other_tab.form("/statement"), **REQUISITES, "account": "1234"}
    late = await customer.send(f"/refunds/{case.id}/statement", typed)
    assert late.status == 409
    assert late.form("/statement")["account"] == "1234"
    assert "Отозвано" in late.words


async def test_what_no_form_takes_is_refused_before_it_is_read_whole(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await _owner(customer, case)
    path = f"/refunds/{case.id}/feedback"
    page = await customer.send(path, _typed(text="я" * 64 * 1024))
    assert page.status == 413
    assert "больше, чем принимает форма" in page.words
    long = await customer.send(path, _typed(text="я" * 2001))
    assert long.status == 422
    assert "2000" in long.words


@pytest.mark.parametrize("alphabet", ["undefined", "punycode", "no-such"])
async def test_a_form_in_an_alphabet_that_nobody_reads_is_no_form(
    customer: Browser, alphabet: str
) -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff-\xfe\r\n--b--\r\n'
    page = await customer.http.post(
        "/login/link",
        content=part,
        headers={**OWN, "Content-Type": f"multipart/form-data; boundary=b; charset={alphabet}"},
    )
    assert page.status_code == 422


@pytest.mark.parametrize("address", ["/desk/search?q=abc%00", "/desk/search?%00=abc", "/desk/a%00"])
async def test_an_address_with_what_no_text_has_is_no_page(customer: Browser, address: str) -> None:
    await customer.log_in(Role.SPECIALIST, login="petrova")
    page = await customer.get(address)
    assert page.status == 404
    assert "Такой страницы нет" in page.words


@pytest.mark.parametrize("key", ["", "к", "a" * 101, "\x7f"])
async def test_a_form_without_a_key_is_no_form(customer: Browser, shop: Shop, key: str) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await _owner(customer, case)
    page = await customer.send(f"/refunds/{case.id}/withdrawal", {"idempotency_key": key})
    assert page.status == 422
    assert await case.status() == "awaiting_statement"
