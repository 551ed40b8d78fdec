"""Refunds as our staff decide them at the desk, each by the people it needs."""

from http import HTTPStatus

from playwright.async_api import ViewportSize

from domain.refund.refund import Action
from simulation.people import SPECIALIST
from tests.browser.desk import (
    ACCOUNTANT_LOGIN,
    OPERATOR_LOGIN,
    SPECIALIST_LOGIN,
    asked,
    at_desk,
    desk_page_of,
    signed,
    under_review,
)
from tests.browser.refund import page_of
from tests.browser.site import Site, Visitors

ROMASHKA, SOLOVYOV = "olga.ivanova", "petr.solovyov"
WIDE: ViewportSize = {"width": 1440, "height": 900}
REASON = "Проведено 15 часов обучения из 40, ключ лицензии не выдан."
REMARKS = "Счёт закрыт. Укажите, пожалуйста, действующий."


async def test_a_mixed_refund_is_decided_by_three_people(site: Site, visitors: Visitors) -> None:
    invoice = await site.order(site.data.mixed)
    await asked(site, invoice)
    maria = await at_desk(visitors, SPECIALIST_LOGIN)
    await maria.check("desk-start")
    await maria.open("/desk/refunds")
    await maria.check("desk-queue")
    await maria.go(f"refund-{invoice.number}-1", exact=False)
    await maria.check("desk-calculation")
    await maria.named("Сохранить расчёт").click()
    await maria.page.get_by_role("alert").wait_for()
    await maria.check()
    await maria.page.locator("[name='line-3']").fill("37500,00")  # the system proposed all of it
    await maria.type(reason=REASON)
    await maria.go("Сохранить расчёт")
    assert await maria.reads("Ждём заявления от клиента")
    assert await maria.reads(REASON)
    await signed(site, invoice)
    await maria.open(desk_page_of(invoice))
    await maria.check("desk-review")
    await maria.page.set_viewport_size(WIDE)
    facts = await maria.page.locator("#grounds").bounding_box()
    paper = await maria.page.locator("iframe.paper").bounding_box()
    assert facts is not None
    assert paper is not None
    assert paper["x"] > facts["x"] + facts["width"]
    assert paper["y"] < WIDE["height"]
    await maria.go("Принять заявление")
    assert await maria.reads("Ждёт согласования")
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, desk_page_of(invoice))
    await pavel.check("desk-approval")
    await pavel.go("Согласовать выплату")
    await site.until(invoice, "completed")
    await pavel.open(desk_page_of(invoice))
    assert await pavel.reads("Выплачено")
    await pavel.check("desk-completed")


async def test_remarks_reach_the_client_beside_the_fields_they_are_about(
    site: Site, visitors: Visitors
) -> None:
    invoice = await under_review(site, site.data.not_started)
    maria = await at_desk(visitors, SPECIALIST_LOGIN, desk_page_of(invoice))
    await maria.unfold("Вернуть заявление с замечаниями")
    await maria.go("Вернуть заявление с замечаниями")
    assert await maria.page.get_by_role("alert").is_visible()
    await maria.check()
    await maria.type(remarks=REMARKS)
    await maria.page.get_by_role("checkbox", name="Расчётный счёт").check()
    await maria.go("Вернуть заявление с замечаниями")
    assert await maria.reads("Ждём заявления от клиента")
    petr = await visitors.person(SOLOVYOV)
    await petr.open(page_of(invoice))
    assert await petr.reads(REMARKS)
    assert "расчётный счёт" in await petr.page.locator(".now").inner_text()
    await petr.check()


async def test_who_comes_second_reads_who_was_first_and_keeps_what_was_typed(
    site: Site, visitors: Visitors
) -> None:
    invoice = await under_review(site, site.data.not_started)
    maria = await at_desk(visitors, SPECIALIST_LOGIN)
    await maria.without_stream()
    await maria.open(desk_page_of(invoice))
    await maria.unfold("Отказать в возврате")
    await maria.page.locator("[name=decline-reason]").fill(REASON)
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    await site.until(invoice, "completed")
    await maria.go("Отказать в возврате")
    assert await maria.reads("Последнее решение")
    assert await maria.reads(REASON)
    await maria.check("desk-decided-first")


async def test_a_refusal_has_a_reason_and_the_next_case_of_the_queue_follows(
    site: Site, visitors: Visitors
) -> None:
    first = await under_review(site, site.data.not_started)
    await under_review(site, site.data.not_started)
    maria = await at_desk(visitors, SPECIALIST_LOGIN, desk_page_of(first))
    await maria.unfold("Отказать в возврате")
    await maria.go("Отказать в возврате")
    assert await maria.page.locator("#decline-reason-error").is_visible()
    await maria.check()
    await maria.page.locator("[name=decline-reason]").fill(REASON)
    await maria.go("Решить и к следующему")
    assert maria.path.startswith("/desk/refunds/")
    assert maria.path != desk_page_of(first)
    petr = await visitors.person(SOLOVYOV)
    await petr.open(page_of(first))
    assert await petr.reads(REASON)


async def test_a_held_payout_is_tried_again_by_an_accountant(
    site: Site, visitors: Visitors
) -> None:
    invoice = await under_review(site, site.data.not_started)
    assert invoice.payment is not None
    match = {"payment_id": invoice.payment.acquirer_id}
    await site.acquirer.misbehave([{"kind": "cancel", "match": match}])
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    await site.until(invoice, "payout_held")
    await site.acquirer.misbehave([])
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, desk_page_of(invoice))
    await pavel.check("desk-held")
    await pavel.unfold("Повторить выплату")
    await pavel.page.locator("[name=retry_payout-reason]").fill("Баланс у эквайера пополнен.")
    await pavel.go("Повторить выплату")
    await site.until(invoice, "completed")


async def test_without_a_script_a_statement_is_accepted(site: Site, visitors: Visitors) -> None:
    invoice = await under_review(site, site.data.not_started)
    maria = await visitors.person(SPECIALIST_LOGIN, scripts=False)
    await maria.open(desk_page_of(invoice))
    await maria.go("Принять заявление")
    assert await maria.page.get_by_role("button", name="Принять заявление").count() == 0
    await site.until(invoice, "completed")


async def test_by_the_keyboard_alone_a_statement_is_accepted(
    site: Site, visitors: Visitors
) -> None:
    invoice = await under_review(site, site.data.not_started)
    maria = await at_desk(visitors, SPECIALIST_LOGIN, desk_page_of(invoice))
    await maria.enter("Принять заявление")
    await site.until(invoice, "completed")


async def test_a_role_sees_what_it_may_and_reads_why_not(site: Site, visitors: Visitors) -> None:
    invoice = await under_review(site, site.data.not_started)
    watcher = await at_desk(visitors, OPERATOR_LOGIN, desk_page_of(invoice))
    assert not await watcher.reads(invoice.client.requisites.account)
    assert await watcher.page.get_by_role("button", name="Принять заявление").count() == 0
    await watcher.check()
    maria = await at_desk(visitors, SPECIALIST_LOGIN)
    assert await maria.open("/desk/runs") == HTTPStatus.FORBIDDEN
    await maria.check("desk-not-yours")
    olga = await visitors.person(ROMASHKA)
    assert await olga.open(desk_page_of(invoice)) == HTTPStatus.FORBIDDEN
    await olga.check()
