"""What two people do at once, or only together."""

from datetime import timedelta

from domain.access.roles import Role
from domain.refund.refund import Action
from simulation.people import SPECIALIST
from starter.caller import Caller
from tests.browser.desk import (
    ACCOUNTANT_LOGIN,
    OPERATOR_LOGIN,
    asked,
    at_desk,
    desk_page_of,
    signed,
)
from tests.browser.site import Site, Visitors
from tests.browser.test_refund import CALCULATION

MOROZOVA = Caller("n.morozova", Role.ACCOUNTANT)
DOUBT = "Сумма не сходится с актом обучения."
ORDER = "Приказ № 12 от 30.11."
POLICY = "/desk/reference/policies/inquiry"


async def test_of_two_accountants_the_second_reads_who_has_let_the_money_go(
    site: Site, visitors: Visitors
) -> None:
    invoice = await site.order(site.data.mixed)
    await asked(site, invoice)
    await site.decide(SPECIALIST, invoice, Action.CALCULATE, CALCULATION)
    await signed(site, invoice)
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await pavel.without_stream()
    await pavel.open(desk_page_of(invoice))
    await pavel.unfold("Отказать в возврате")
    await pavel.page.locator("[name=decline-reason]").fill(DOUBT)
    await site.decide(MOROZOVA, invoice, Action.APPROVE)
    await site.until(invoice, "completed")
    await pavel.go("Отказать в возврате")
    assert await pavel.reads("n.morozova")
    assert await pavel.reads(DOUBT)
    await pavel.check("desk-approved-first")
    await site.until(invoice, "completed")


async def test_a_policy_is_changed_by_two(site: Site, visitors: Visitors) -> None:
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, POLICY)
    await pavel.unfold("Предложить изменение")
    day = site.data.today + timedelta(days=20)
    await pavel.type(window_days="120", valid_from=f"{day}")
    await pavel.go("Предложить")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    await pavel.type(reason=ORDER)
    await pavel.go("Предложить")
    assert not await pavel.page.get_by_role("button", name="Подтвердить изменение").count()
    await pavel.check("desk-policy-proposed")
    watcher = await at_desk(visitors, OPERATOR_LOGIN, POLICY)
    assert await watcher.reads(ORDER)
    await watcher.check()
    await watcher.go("Подтвердить изменение")
    assert await watcher.reads(ORDER)
    await watcher.check("desk-policy-changed")
