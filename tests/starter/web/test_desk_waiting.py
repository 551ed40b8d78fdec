"""Why a renewal, a limit request, a run and a statement stand: on their pages and by the API."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from domain.case.waiting_reason import FailedStep, WaitingReason, WaitsFor, with_failure
from starter.caller import Caller
from starter.presentation.case.waiting import waiting_shown
from starter.web.http.rendering import rendered
from tests.starter.banking.test_incoming_money import Payer
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from tests.starter.renewal.ordered import subscriber
from tests.starter.ticket.test_tickets import answered, ask, did, said
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


async def test_a_ticket_waits_for_us_since_its_client_wrote_then_for_its_client(
    shop: Shop, customer: Browser, whole_api: Api
) -> None:
    client_id, ticket = await ask(whole_api, shop.books)
    api, page = f"/v1/tickets/{ticket}", f"/desk/tickets/{ticket}"
    shown = (await shop.staff(Role.SUPPORT).get(api)).json()
    waiting = await told(shop, customer, Role.SUPPORT, api, page)
    assert (waiting["code"], waiting["waits_for"]) == ("new", "support")
    assert (waiting["since"], waiting["until"]) == (shown["opened_at"], shown["wait_until"])
    assert waiting["next_timer"]["kind"] == "reminder"
    may = {one["role"]: [it["action"] for it in one["actions"]] for one in waiting["allowed"]}
    assert may["client"] == ["ticket.reply", "ticket.hasten"]
    assert {"ticket.answer", "ticket.take"} <= set(may["support"])
    assert (await did(whole_api, ticket, "take", seen_assignee=None)).status_code == 200
    taken = await told(shop, customer, Role.OPERATOR, api, page)
    assert (taken["code"], taken["since"]) == ("open", shown["opened_at"])
    answer = (await answered(whole_api, ticket)).json()
    waiting = await told(shop, customer, Role.SPECIALIST, api, page)
    assert (waiting["code"], waiting["waits_for"]) == ("waiting_client", "client")
    assert (waiting["since"], waiting["until"]) == (answer["changed_at"], answer["wait_until"])
    reply = (await said(whole_api, client_id, ticket, "reply", text="Где?")).json()
    assert (await shop.staff(Role.SUPPORT).get(f"{api}/waiting")).json()["since"] == reply[
        "changed_at"
    ]
    missing = await shop.staff(Role.SUPPORT).get("/v1/tickets/ticket-999999999/waiting")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("role", "is_open", "led"),
    [
        (Role.OPERATOR, True, True),
        (Role.OPERATOR, None, False),
        (Role.ACCOUNTANT, True, False),
    ],
)
def test_an_operator_is_led_from_any_case_to_the_step_that_waits_for_a_decision(
    role: Role, is_open: bool | None, led: bool
) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    standing = WaitingReason("gathered", WaitsFor.ACCOUNTANT, at)
    failed = FailedStep("payment-run-7", "Записать реестр", "LookupError", at, is_open)
    waiting = waiting_shown("payment_run", with_failure(standing, failed, at), "ru")
    session = SimpleNamespace(caller=Caller("somebody", role, None))
    page = rendered("desk_waiting.html", "ru", {"waiting": waiting, "session": session})
    assert ('href="/desk/operators/processes/payment-run-7"' in page) == led


def test_roles_that_may_do_the_same_are_told_together() -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    may = {
        Role.SPECIALIST: ("ticket.answer", "ticket.take"),
        Role.CLIENT: ("ticket.reply",),
        Role.SUPPORT: ("ticket.answer", "ticket.take"),
    }
    told = WaitingReason("open", WaitsFor.SUPPORT, at, allowed=may)
    assert waiting_shown("ticket", told, "ru").allowed_together == [
        ("специалист, поддержка", ["Ответить клиенту", "Взять себе"]),
        ("клиент", ["Написать нам"]),
    ]
