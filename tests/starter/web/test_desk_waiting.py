"""Why a renewal, a limit request, a run and a statement stand: on their pages and by the API."""

from typing import Any

import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from tests.starter.banking.test_incoming_money import Payer
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from tests.starter.renewal.ordered import subscriber
from tests.starter.web.browser import Browser
from tests.starter.web.subscribed import visitor


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database, selling: Api) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


async def told(shop: Shop, browser: Browser, role: Role, api: str, page: str) -> dict[str, Any]:
    """What the API says; the page says the same."""
    answer = await shop.staff(role).get(f"{api}/waiting")
    assert answer.status_code == 200, answer.text
    waiting: dict[str, Any] = answer.json()
    await browser.log_in(role)
    shown = await browser.get(page)
    assert waiting["reason"] in shown.words
    assert "Почему стоит?" in shown.words
    return waiting


async def test_an_order_waits_for_its_client(shop: Shop, customer: Browser, selling: Api) -> None:
    order = await (await subscriber(selling)).ordered(method="bank_transfer")
    api, page = f"/v1/renewals/{order['id']}", f"/desk/renewals/{order['id']}"
    waiting = await told(shop, customer, Role.OPERATOR, api, page)
    assert (waiting["code"], waiting["waits_for"]) == ("awaiting_payment", "client")
    assert waiting["until"] == order["wait_until"]
    missing = await shop.staff(Role.OPERATOR).get("/v1/renewals/renewal-none-first/waiting")
    assert missing.status_code == 404


async def test_a_request_for_more_waits_for_a_specialist_until_its_case_says(
    shop: Shop, customer: Browser, selling: Api
) -> None:
    someone = await visitor(customer, selling, "1000", ends=60)
    form = (await someone.page("/limit-request")).form("/limit-requests")
    asked = {**form, "units_wanted": "5000", "text": "Два филиала"}
    page = (await customer.send(f"{someone.page_path}/limit-requests", asked)).leads_to
    waiting = await told(shop, customer, Role.SPECIALIST, f"/v1{page}", f"/desk{page}")
    assert (waiting["code"], waiting["waits_for"]) == ("awaiting_answer", "specialist")
    case_id = f"limit-request-{page.rpartition('/')[2]}"
    shown = await shop.temporal.get_workflow_handle(case_id).describe()
    until = next(
        pair.value for pair in shown.typed_search_attributes if pair.key.name == "WaitUntil"
    )
    assert waiting["until"] == until.isoformat().replace("+00:00", "Z")


async def test_a_run_waits_for_its_hand_over_then_for_the_bank(
    bookkeeping: Bookkeeping, shop: Shop, customer: Browser
) -> None:
    paying = await bookkeeping.paying()
    run = await bookkeeping.run()
    api, page = f"/v1/payment-runs/{run['id']}", f"/desk/runs/{run['id']}"
    waiting = await told(shop, customer, Role.ACCOUNTANT, api, page)
    assert (waiting["code"], waiting["waits_for"]) == ("gathered", "accountant")
    refund = f"/v1/refunds/{paying}"
    waiting = await told(shop, customer, Role.ACCOUNTANT, refund, f"/desk{refund[3:]}")
    assert waiting["code"] == "not_handed_over"
    handed = await shop.staff(Role.ACCOUNTANT).post(f"{api}/handing-over")
    assert handed.status_code == 200, handed.text
    assert (await told(shop, customer, Role.ACCOUNTANT, api, page))["waits_for"] == "bank"
    assert (await told(shop, customer, Role.ACCOUNTANT, refund, f"/desk{refund[3:]}"))[
        "code"
    ] == "at_bank"


async def test_a_statement_waits_for_whoever_matches_its_money(
    bookkeeping: Bookkeeping, shop: Shop, customer: Browser
) -> None:
    entry = await Payer(bookkeeping).pays("Оплата без номера")
    statement = entry["statement_id"]
    api, page = f"/v1/bank-statements/{statement}", f"/desk/statements/{statement}"
    waiting = await told(shop, customer, Role.ACCOUNTANT, api, page)
    assert (waiting["code"], waiting["waits_for"]) == ("unmatched", "accountant")
