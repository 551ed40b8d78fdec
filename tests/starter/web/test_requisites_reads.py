"""Requisites at the desk: whole only where a role needs them, and no such read without a trace."""

from collections.abc import Iterator

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from starter.access import roles_of_page
from starter.web.app import all_pages
from starter.web.desk.client import Part
from tests.starter.banking.test_incoming_money import STRANGER_INN, Payer
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping, account_of
from tests.starter.caller import Api
from tests.starter.refund.shop import ACCOUNT, SUBSCRIPTION, Shop
from tests.starter.renewal.ordered import REQUISITES, subscriber
from tests.starter.web.browser import Browser
from tests.starter.web.test_pages import PARAMETERS

STAFF = (Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR, Role.SUPPORT)
QUERIES = {
    "show_client_on_desk": [f"part={part}" for part in Part],
    "search_desk": ["q=Ромашка", "q=Оплата"],
}
"""More addresses of a page, each with something else to hide."""
NEED_REQUISITES = {Role.SPECIALIST, Role.ACCOUNTANT}
THEIR_ACCOUNT = account_of("40702", 7_731)
"""Of the client alone: ours stands on pages for everybody."""


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


def reads_of(shop: Shop, subject_id: str) -> list[tuple[str, str, str]]:
    rows = shop.books.rows(
        "SELECT shown_as, role, login FROM requisites_reads WHERE subject_id = %(id)s ORDER BY id",
        id=subject_id,
    )
    return [(row.shown_as, row.role, row.login) for row in rows]


async def test_whoever_sees_requisites_whole_leaves_a_row_and_nobody_else_does(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    path = f"/desk/refunds/{case.id}"
    await customer.log_in(Role.OPERATOR, login="sidorov")
    await customer.get(path)
    await customer.log_in(Role.CLIENT, case.client.caller.client_id or "")
    await customer.get(f"/refunds/{case.id}")
    assert reads_of(shop, case.id) == []
    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert ACCOUNT in (await customer.get(path)).html
    await customer.get(f"/refunds/{case.id}/statement.pdf")
    await case.read(shop.staff(Role.ACCOUNTANT, "kuznetsova"))
    assert reads_of(shop, case.id) == [
        ("case", "specialist", "petrova"),
        ("statement", "specialist", "petrova"),
        ("case", "accountant", "kuznetsova"),
    ]


async def test_a_case_without_requisites_leaves_no_read(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    await customer.log_in(Role.SPECIALIST)
    await customer.get(f"/desk/refunds/{case.id}")
    assert reads_of(shop, case.id) == []


async def test_operators_and_accountants_read_who_has_seen_the_requisites(
    customer: Browser, shop: Shop, bookkeeping: Bookkeeping
) -> None:
    case_id = await bookkeeping.paying()
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    form = {**(await customer.get("/desk/runs")).form("/desk/runs"), "own_account": OUR_ACCOUNT}
    run = (await customer.send("/desk/runs", form)).leads_to
    await customer.get(run)
    await customer.get(f"{run}/file")
    await customer.log_in(Role.OPERATOR)
    led = await customer.get(f"/desk/refunds/{case_id}")
    path = f"/desk/refunds/{case_id}/requisites-reads"
    assert f'href="{path}"' in led.html
    page = await customer.get(path)
    assert "kuznetsova" in page.words
    assert "Реестр поручений" in page.words
    assert "Файл реестра для банка" in page.words
    await customer.log_in(Role.SPECIALIST)
    assert (await customer.get(path)).status == 403
    assert path not in (await customer.get(f"/desk/refunds/{case_id}")).html
    assert (await customer.get("/desk/refunds/refund-2026-404-1/requisites-reads")).status == 403
    await customer.log_in(Role.OPERATOR)
    assert (await customer.get("/desk/refunds/refund-2026-404-1/requisites-reads")).status == 404


async def test_reads_are_shown_a_page_at_a_time(
    customer: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("starter.web.desk.requisites_reads.SHOWN", 2)
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    for login in ("first", "second", "third"):
        await case.read(shop.staff(Role.SPECIALIST, login))
    await customer.log_in(Role.ACCOUNTANT)
    page = await customer.get(f"/desk/refunds/{case.id}/requisites-reads")
    assert ("third" in page.words, "first" in page.words) == (True, False)
    following = page.html.split("?before=")[1].split('"')[0]
    older = await customer.get(f"/desk/refunds/{case.id}/requisites-reads?before={following}")
    assert ("third" in older.words, "first" in older.words) == (False, True)


@pytest_asyncio.fixture
async def known(
    selling: Api, bookkeeping: Bookkeeping, shop: Shop, customer: Browser
) -> dict[str, str]:
    """Parameters of pages that have something to hide: each names what really exists."""
    payer = Payer(bookkeeping)
    payer.invoice()
    entry = await payer.pays(f"Оплата, ИНН {STRANGER_INN}", inn=STRANGER_INN)
    order = await (await subscriber(selling)).ordered(
        method="bank_transfer", requisites={**REQUISITES, "inn": STRANGER_INN}
    )
    case_id = await bookkeeping.paying(account=THEIR_ACCOUNT, inn=STRANGER_INN)
    await customer.log_in(Role.ACCOUNTANT)
    form = {**(await customer.get("/desk/runs")).form("/desk/runs"), "own_account": OUR_ACCOUNT}
    run = (await customer.send("/desk/runs", form)).leads_to
    client_id = bookkeeping.client_of(case_id).caller.client_id
    shop.books.rows(
        "UPDATE clients SET inn = %(inn)s WHERE id = %(id)s RETURNING 1",
        inn=STRANGER_INN,
        id=client_id,
    )
    return {
        **{name: str(value) for name, value in PARAMETERS.items()},
        "client_id": str(client_id),
        "refund_id": case_id,
        "process_id": case_id,
        "renewal_id": str(order["id"]),
        "invoice_number": str(order["invoice_number"]),
        "entry_id": str(entry["id"]),
        "run_id": run.rsplit("/", 1)[1],
    }


def _desk(parameters: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Operation and address of every page that staff may come to."""
    for page in all_pages():
        operation = str(page.operation_id)
        is_shown = page.methods == {"GET"} and operation != "follow_changes"  # it has no end
        if is_shown and roles_of_page(operation).intersection(STAFF):
            path = page.path.format(**parameters)
            yield from ((operation, f"{path}?{asked}") for asked in QUERIES.get(operation, ()))
            yield operation, path


async def test_no_page_of_staff_shows_what_a_role_does_not_need(
    customer: Browser, shop: Shop, known: dict[str, str]
) -> None:
    email = shop.books.row(
        "SELECT c.email FROM refunds r JOIN clients c ON c.id = r.client_id WHERE r.id = %(id)s",
        id=known["refund_id"],
    ).email
    secrets = {THEIR_ACCOUNT, STRANGER_INN, email}
    seen: dict[Role, set[str]] = {role: set() for role in STAFF}
    told: list[tuple[Role, str, str]] = []
    for role in STAFF:
        await customer.log_in(role)
        for operation, path in _desk(known):
            if role not in roles_of_page(operation):
                continue
            page = await customer.get(path)
            found = {one for one in secrets if one in page.html}
            seen[role] |= found
            if role not in NEED_REQUISITES:
                told += [(role, operation, one) for one in found]
    assert told == []
    assert seen[Role.SPECIALIST] == secrets
    assert seen[Role.ACCOUNTANT] == secrets
