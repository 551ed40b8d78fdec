"""A client disputes an order from its menu, presses, and a specialist decides beside the papers."""

from datetime import UTC, datetime, timedelta

from domain.calendar.bank_calendar import moscow_date
from tests.browser.desk import OPERATOR_LOGIN, SPECIALIST_LOGIN, at_desk
from tests.browser.site import Site, Visitors

OLGA = "olga.ivanova"
INCIDENT = "Банк задерживает зачисления"
PROBLEM = "Услугу не оказали: доступ закрыт с первого дня."


async def test_an_order_is_disputed_from_its_menu_and_decided_beside_its_papers(
    site: Site, visitors: Visitors
) -> None:
    invoice = await site.order(site.data.subscription)
    today = moscow_date(datetime.now(UTC))
    operator = await at_desk(visitors, OPERATOR_LOGIN, "/desk/operators/incidents")
    await operator.type(title=INCIDENT, text="Деньги в пути, ничего делать не нужно.")
    await operator.page.get_by_label("Кому показывать").select_option("clients")
    await operator.go("Объявить")
    await operator.check("desk-incidents")

    olga = await visitors.person(OLGA)
    await olga.open(f"/disputes/new?invoice={invoice.number}")
    assert await olga.reads(INCIDENT)
    await olga.go("Открыть спор")
    assert await olga.page.get_by_role("alert").is_visible()
    await olga.check("dispute-form")
    await olga.page.locator("[name=kind]").select_option("other")
    await olga.page.locator("[name=demand]").select_option("refund")
    await olga.type(
        happened_on=today.isoformat(),
        problem=PROBLEM,
        proof="Снимок экрана с отказом.",
        steps="Писала в поддержку.",
        demand_amount="5000",
        answer_by=(today + timedelta(days=10)).isoformat(),
    )
    await olga.go("Открыть спор")
    await olga.shows_after_looks("Рассматриваем")
    await olga.shows_after_looks("Условия заказа")
    await olga.go("Ускорить")
    await olga.check("dispute")
    dispute = olga.path

    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk{dispute}")
    assert await maria.reads(PROBLEM)
    await maria.check("desk-dispute")
    await maria.page.locator("[name=outcome]").select_option("rejected")
    await maria.type(reason="Доступ был открыт: это видно по журналу.")
    async with olga.told("это видно по журналу"):
        await maria.go("Решить")
    await operator.go(f"Закрыть объявление «{INCIDENT}»")
    await olga.open(dispute)
    assert not await olga.reads(INCIDENT)
    await olga.check("dispute-rejected")
