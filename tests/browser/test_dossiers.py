"""A dossier is made by a client and at the desk; whoever was given one finds the key without us."""

from datetime import UTC, datetime, timedelta

from domain.calendar.bank_calendar import moscow_date
from simulation.people import caller_of
from tests.browser.desk import SPECIALIST_LOGIN, at_desk
from tests.browser.site import Site, Visitors

OLGA = "olga.ivanova"


async def test_a_dossier_is_made_for_each_side_and_its_key_is_published(
    site: Site, visitors: Visitors
) -> None:
    invoice = await site.order(site.data.subscription)
    today = moscow_date(datetime.now(UTC))
    complaint = {
        "invoice_number": invoice.number,
        "kind": "other",
        "happened_on": today.isoformat(),
        "problem": "Услугу не оказали.",
        "proof": "Снимок экрана.",
        "steps": "Писала в поддержку.",
        "demand": "refund",
        "demand_amount": "5000.00",
        "answer_by": (today + timedelta(days=10)).isoformat(),
    }
    caller = caller_of(invoice.client)
    dispute = (await site.api.command(caller, "POST", "/v1/disputes", complaint))["id"]
    olga = await visitors.person(OLGA)
    await olga.open(f"/disputes/{dispute}")
    await olga.go("Досье")
    await olga.check("dossiers-none")
    await olga.go("Собрать досье")
    assert await olga.reads("для другой стороны")
    await olga.check("dossiers")
    maria = await at_desk(visitors, SPECIALIST_LOGIN, f"/desk/disputes/{dispute}/dossiers")
    await maria.page.locator("[name=export]").select_option("full")
    await maria.go("Собрать досье")
    assert await maria.reads("полное")
    await maria.check("desk-dossiers")
    stranger = await visitors.stranger()
    await stranger.open("/dossier-keys")
    assert await stranger.reads("Первое досье")
    await stranger.check("dossier-keys")
