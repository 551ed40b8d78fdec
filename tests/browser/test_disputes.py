"""A client disputes an order from its menu, presses, and a specialist decides beside the papers."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from playwright.async_api import FilePayload

from domain.calendar.bank_calendar import moscow_date
from simulation.people import ACCOUNTANT, caller_of
from tests.browser.desk import ACCOUNTANT_LOGIN, OPERATOR_LOGIN, SPECIALIST_LOGIN, at_desk
from tests.browser.refund import open_menu
from tests.browser.site import Site, Visitors
from tests.scans import picture

OLGA = "olga.ivanova"
INCIDENT = "Банк задерживает зачисления"
PROBLEM = "Услугу не оказали: доступ закрыт с первого дня."
REFUSED = FilePayload(name="Отказ.png", mimeType="image/png", buffer=picture("PNG", 120, 80))
ABOUT = "Отказ в доступе, снимок экрана"
PRICE_KOPECKS = 72_000_00
DECISION = "Доступ не открыли. Возвращаем деньги и платим проценты за каждый день."
DAYS_OF_INTEREST = timedelta(days=40)


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
    await open_menu(olga, invoice)
    await olga.go("Оспорить")
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
    dispute = olga.path
    await olga.page.locator("[name=files]").set_input_files([REFUSED])
    await olga.page.locator("[name=paper_kind]").select_option(label="Снимки экрана")
    await olga.type(about=ABOUT, text="Прикладываю снимок.")
    await olga.go("Отправить")
    await olga.page.get_by_role("link", name=ABOUT).wait_for()
    await olga.open(dispute)
    await olga.check("dispute")

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


async def test_a_large_decision_shows_its_count_and_stands_when_a_second_person_lets_it(
    site: Site, visitors: Visitors
) -> None:
    like = site.data.subscription
    line = replace(like.lines[0], sum_kopecks=PRICE_KOPECKS)
    invoice = await site.order(replace(like, lines=(line,)))
    client, today = caller_of(invoice.client), site.data.today
    complaint = {
        "invoice_number": invoice.number,
        "kind": "other",
        "happened_on": today.isoformat(),
        "problem": PROBLEM,
        "proof": "Снимок экрана с отказом.",
        "steps": "Писали в поддержку.",
        "demand": "refund",
        "demand_amount": "60000.00",
        "answer_by": (today + timedelta(days=10)).isoformat(),
    }
    dispute = (await site.api.command(client, "POST", "/v1/disputes", complaint))["id"]
    known = date.fromisoformat((await site.api.read(ACCOUNTANT, "/v1/key-rate"))["covered_until"])
    last = min(known, today)

    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk/disputes/{dispute}")
    await maria.shows_after_looks("Решение по спору")
    await maria.page.locator("[name=outcome]").select_option("resolved_client")
    await maria.unfold("Как посчитана компенсация")
    await maria.page.locator("[name=rule]").select_option("interest")
    await maria.type(
        awarded="60000",
        compensation="200",
        base="60000",
        first=(last - DAYS_OF_INTEREST).isoformat(),
        last=last.isoformat(),
        reason=DECISION,
    )
    await maria.go("Решить")
    await maria.shows_after_looks("Расчёт компенсации")
    assert not await maria.named("Согласовать").is_visible()
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, f"/desk/disputes/{dispute}")
    await pavel.check("desk-dispute-to-approve")
    await pavel.go("Согласовать")
    await pavel.shows_after_looks("Исполняется")
    olga = await visitors.person(OLGA)
    await olga.open(f"/disputes/{dispute}")
    await olga.shows_after_looks("Открыть возврат")
    await olga.open(f"/disputes/{dispute}")
    await olga.check("dispute-resolved")
