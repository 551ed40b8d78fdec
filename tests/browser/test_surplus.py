"""Money above an invoice's price, from the bank's statement back to the client's account."""

from tests.browser.desk import (
    ACCOUNTANT_LOGIN,
    SPECIALIST_LOGIN,
    at_desk,
    desk_page_of,
    handed_over,
    paid,
    upload,
)
from tests.browser.refund import fill_in, open_menu, page_of, sign
from tests.browser.site import Site, Visitors
from tests.starter.banking.statement_of import Moved

BELOV = "anton.belov"
TOO_MUCH_KOPECKS = 500_00


async def test_a_client_pays_too_much_and_has_the_rest_back(site: Site, visitors: Visitors) -> None:
    invoice = await site.order(site.data.unpaid)
    came = Moved(
        "811",
        sum(line.sum_kopecks for line in invoice.lines) + TOO_MUCH_KOPECKS,
        out=False,
        day=site.data.today,
        other_account=invoice.client.requisites.account,
        payer_inn=invoice.client.inn,
        payer_name=invoice.client.name,
        purpose=f"Оплата по счёту № {invoice.number}",
    )
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN)
    await upload(pavel, came)
    await pavel.open("/desk/surpluses")
    await pavel.shows_after_looks(invoice.number)
    await pavel.check("desk-surpluses")
    anton = await visitors.person(BELOV)
    await open_menu(anton, invoice)
    await anton.go("Вернуть переплату")
    await anton.check("surplus")
    await anton.go("Оформить возврат")
    assert anton.path == page_of(invoice)
    await fill_in(anton, invoice.client.requisites)
    await sign(anton, site, invoice)
    maria = await at_desk(visitors, SPECIALIST_LOGIN, desk_page_of(invoice))
    await maria.check("desk-surplus")
    await maria.go("Принять заявление")
    await site.until(invoice, "paying")
    order = await handed_over(pavel, site, invoice)
    assert order.kopecks == TOO_MUCH_KOPECKS
    await upload(pavel, paid(order, invoice))
    await anton.open(page_of(invoice))
    await anton.shows_after_looks("Платёж проведён")
    await anton.check("surplus-returned")
    await site.days_pass(invoice)
    await anton.page.reload()
    await anton.shows_after_looks("Как прошёл возврат?")
    await pavel.open("/desk/surpluses")
    assert not await pavel.reads(invoice.number)
