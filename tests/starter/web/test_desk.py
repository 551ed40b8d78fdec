"""The desk: the queue, the page that it and letters to staff lead to, and what is decided there."""

import pytest

from domain.access.roles import Role
from domain.refund.refund import ACTIONS, Action
from starter.web.desk.addresses import ENDINGS
from starter.web.desk.refund import WITH_REASON
from tests.books import Line
from tests.starter.caller import Api
from tests.starter.refund.shop import ACCOUNT, SERVICE, SUBSCRIPTION, Shop
from tests.starter.renewal.ordered import subscriber, write_own_account
from tests.starter.subscription.registered import write_catalogue
from tests.starter.web.browser import Browser, Page
from tests.starter.web.subscribed import visitor


def filled(page: Page, ending: str) -> dict[str, str]:
    """A form without its buttons and its empty checkboxes."""
    found = page.form(ending).items()
    return {name: value for name, value in found if not name.startswith(("next", "concerns-"))}


@pytest.mark.parametrize(
    ("role", "account", "may"),
    [
        (Role.SPECIALIST, ACCOUNT, "Принять заявление"),
        (Role.ACCOUNTANT, ACCOUNT, None),
        (Role.OPERATOR, f"•••{ACCOUNT[-4:]}", None),
    ],
)
async def test_staff_see_a_case_as_far_as_their_role_may(
    customer: Browser, shop: Shop, role: Role, account: str, may: str | None
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(role)
    page = await customer.get(f"/desk/refunds/{case.id}")
    assert page.status == 200
    assert f">{account}<" in page.html
    assert ("У вашей роли этого права нет" in page.words) == (may is None)
    assert may is None or may in page.words
    assert ("statement.pdf" in page.html) == (role is not Role.OPERATOR)


async def test_whoever_follows_a_letter_comes_to_its_case_after_logging_in(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SERVICE)
    path = f"/desk/refunds/{case.id}"
    led = await customer.get(path)
    assert (led.status, led.response.headers["location"]) == (
        303,
        f"/login?target={path.replace('/', '%2F')}",
    )


async def test_no_client_comes_to_the_desk(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    await customer.log_in(Role.CLIENT, case.client.caller.client_id or "")
    assert (await customer.get(f"/desk/refunds/{case.id}")).status == 403


async def test_staff_at_the_clients_pages_are_led_to_the_queue(customer: Browser) -> None:
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get("/")
    assert page.status == 403
    assert "найдите её в очереди" in page.words
    assert "К заказам" not in page.words


async def test_staff_see_an_order_and_a_request_for_more_where_their_letters_lead(
    customer: Browser, whole_api: Api
) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)
    order = await (await subscriber(whole_api)).ordered(method="bank_transfer")
    await customer.log_in(Role.ACCOUNTANT)
    page = await customer.get(f"/desk/renewals/{order['id']}")
    assert page.status == 200
    assert str(order["invoice_number"]) in page.words
    someone = await visitor(customer, whole_api, "1000", ends=60)
    form = (await someone.page("/limit-request")).form("/limit-requests")
    asked = {**form, "units_wanted": "5000", "text": "Два филиала"}
    sent = await customer.send(f"{someone.page_path}/limit-requests", asked)
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get(f"/desk{sent.leads_to}")
    assert page.status == 200
    assert "Два филиала" in page.words


def test_every_decision_of_staff_has_its_form() -> None:
    theirs = {
        action
        for of_role in ACTIONS.values()
        for role, actions in of_role.items()
        if role is not Role.CLIENT
        for action in actions
    }
    assert theirs == set(ENDINGS)
    with_buttons = {Action.CALCULATE, Action.ACCEPT, Action.APPROVE, Action.RETURN_STATEMENT}
    assert theirs - with_buttons == set(WITH_REASON)


async def test_a_queue_has_the_cases_of_a_role_with_their_deadlines(
    customer: Browser, shop: Shop
) -> None:
    waits_for_us = await shop.opened(SERVICE)
    waits_for_client = await shop.opened(SUBSCRIPTION)
    await customer.log_in(Role.SPECIALIST)
    mine = await customer.get("/desk/refunds")
    assert f">{waits_for_us.id}<" in mine.html
    assert waits_for_client.id not in mine.html
    others = await customer.get("/desk/refunds?turn=client")
    assert f">{waits_for_client.id}<" in others.html
    overdue = await customer.get("/desk/refunds?overdue=true")
    assert "ничего не ждёт" in overdue.words


async def test_a_case_is_found_by_its_id_its_invoice_and_its_client(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SERVICE)
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    await customer.log_in(Role.OPERATOR)
    by_id = await customer.get(f"/desk/search?q={case.id}")
    assert by_id.leads_to == f"/desk/refunds/{case.id}"
    assert f">{case.id}<" in (await customer.get(f"/desk/search?q={number}")).html
    assert f">{case.id}<" in (await customer.get("/desk/search?q=ромашка")).html


async def test_a_specialist_enters_the_sums_and_the_client_is_asked_for_a_statement(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SERVICE)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    page = await customer.get(f"/desk/refunds/{case.id}")
    form = filled(page, "/calculation")
    wrong = await customer.send(
        f"/desk/refunds/{case.id}/calculation", {**form, "line-1": "много", "deduction-0": "1"}
    )
    assert wrong.status == 422
    assert 'id="line-1-error"' in wrong.html
    assert 'id="deduction-0-reason-error"' in wrong.html
    assert 'id="reason-error"' in wrong.html
    assert {*wrong.wrong_fields} == {"line-1", "deduction-0-reason", "reason"}
    assert 'value="много"' in wrong.html
    too_much = await customer.send(
        f"/desk/refunds/{case.id}/calculation", {**form, "line-1": "5 000,01", "reason": "Нет"}
    )
    assert (too_much.status, 'id="line-1-error"' in too_much.html) == (422, True)
    for wrongly in (
        {"service": "stops", "service_stops_on": "2026-02-30"},
        {"deduction-0": "1", "deduction-0-reason": "Я" * 501},
        {"deduction-0": "1", "deduction-0-reason": "Вы\x01езд"},
    ):
        said = {**form, "line-1": "1", "reason": "Нет", **wrongly}
        refused = await customer.send(f"/desk/refunds/{case.id}/calculation", said)
        assert (refused.status, "Исправьте, пожалуйста" in refused.words) == (422, True)
    entered = {
        **form,
        "line-1": "4 100,50",
        "deduction-0": "100,50",
        "deduction-0-reason": "Выезд",
        "reason": "Оказана не вся услуга",
    }
    done = await customer.send(f"/desk/refunds/{case.id}/calculation", entered)
    assert done.leads_to == f"/desk/refunds/{case.id}"
    seen = await case.read(shop.staff(Role.SPECIALIST))
    assert (seen["status"], seen["amount"]) == ("awaiting_statement", "4000.00")


async def test_a_statement_is_accepted_and_the_next_case_of_the_queue_is_shown(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get(f"/desk/refunds/{case.id}")
    path = f"/desk/refunds/{case.id}/acceptance"
    accepted = await customer.send(path, {**filled(page, "/acceptance"), "next": "yes"})
    assert accepted.status == 303
    assert accepted.leads_to.startswith("/desk")
    assert accepted.leads_to != f"/desk/refunds/{case.id}"
    await case.until("completed")


async def test_a_statement_is_returned_with_remarks_about_some_requisites(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(Role.SPECIALIST)
    path = f"/desk/refunds/{case.id}/return"
    form = filled(await customer.get(f"/desk/refunds/{case.id}"), "/return")
    silent = await customer.send(path, {**form, "concerns-bic": "yes"})
    assert (silent.status, "Напишите замечания" in silent.words) == (422, True)
    assert silent.wrong_fields == ["remarks"]
    assert 'name="concerns-bic" value="yes" checked' in silent.html
    said = {**form, "remarks": "БИК другого банка", "concerns-bic": "yes"}
    assert (await customer.send(path, said)).status == 303
    last = (await case.read(shop.staff(Role.SPECIALIST)))["timeline"][-1]
    assert (last["reason"], last["fields"]) == ("БИК другого банка", ["bic"])


async def test_whoever_decides_too_late_reads_who_was_first_and_keeps_what_was_typed(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(Role.SPECIALIST, login="ivanova")
    form = filled(await customer.get(f"/desk/refunds/{case.id}"), "/decline")
    await case.by(Role.SPECIALIST, "return", {"remarks": "Не тот счёт"})
    late = await customer.send(
        f"/desk/refunds/{case.id}/decline", {**form, "decline-reason": "Услуга оказана"}
    )
    assert late.status == 409
    assert "Последнее решение" in late.words
    assert "specialist-1" in late.words
    assert "Услуга оказана" in late.html


async def test_an_accountant_approves_what_somebody_else_calculated(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(Line(20_000_000, "service"))
    entry = {"lines": [{"line_no": 1, "amount": "200000.00"}], "reason": "Не оказана"}
    await case.by(Role.SPECIALIST, "calculation", entry)
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    page = await customer.get(f"/desk/refunds/{case.id}")
    done = await customer.send(f"/desk/refunds/{case.id}/approval", filled(page, "/approval"))
    assert done.leads_to == f"/desk/refunds/{case.id}"
    assert await case.status() in {"paying", "completed"}
