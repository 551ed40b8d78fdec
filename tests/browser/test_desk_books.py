"""What an accountant reads and settles beside the money itself."""

from uuid import uuid4

import psycopg

from domain.refund.refund import Action
from simulation.dataset import ROMASHKA as CLIENT
from simulation.people import SPECIALIST, caller_of
from tests.browser.desk import ACCOUNTANT_LOGIN, at_desk, signed
from tests.browser.site import Site, Visitors
from tests.browser.window import Window

GIVEN_BACK = "У эквайера вернули 250,00, у нас такого возврата нет."
TITLE = "Наши платежи возвращаем только мы"
WHY = "Клиенту вернули в личном кабинете эквайера за другую покупку."
UNPRINTED = "Касса не ответила"


async def test_a_difference_with_the_acquirer_is_decided_with_a_reason(
    site: Site, visitors: Visitors
) -> None:
    with psycopg.connect(site.stack.database_url) as database:
        database.execute(
            "INSERT INTO acquirer_differences VALUES (%s, 'ours', %s, NULL, 25000, current_date,"
            " %s, now())",
            (uuid4(), f"acquired-{uuid4().hex}", GIVEN_BACK),
        )
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, "/desk/differences")
    assert await pavel.reads(GIVEN_BACK)
    await pavel.check("desk-differences")
    await pavel.go(TITLE)
    await pavel.check("desk-difference")
    await _decided(pavel, "Записать и к следующему")
    assert pavel.path != "/desk/differences"
    await pavel.open("/desk/differences")
    assert not await pavel.reads(GIVEN_BACK)
    await pavel.open("/desk/differences?decided=true")
    assert await pavel.reads(WHY)
    await pavel.check()


async def test_a_receipt_that_was_not_printed_is_settled_otherwise(
    site: Site, visitors: Visitors
) -> None:
    invoice = await site.order(site.data.not_started)
    body = {
        "invoice_number": invoice.number,
        "lines": [{"line_no": 1, "amount": "1000.00"}],
    }
    await site.api.command(caller_of(invoice.client), "POST", "/v1/refunds", body)
    await signed(site, invoice)
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    await site.until(invoice, "completed")
    with psycopg.connect(site.stack.database_url) as database:
        done = database.execute(
            "UPDATE receipts SET status = 'failed', reason = %s WHERE case_id = %s",
            (UNPRINTED, f"refund-{invoice.number}-1"),
        )
        assert done.rowcount == 1
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, "/desk/receipts?status=failed")
    assert await pavel.reads(invoice.number)
    await pavel.check("desk-receipts")
    await pavel.go(f"счёт № {invoice.number}", exact=False)
    assert await pavel.reads(UNPRINTED)
    await pavel.check("desk-receipt")
    await _decided(pavel, "Записать")
    assert await pavel.reads(WHY)
    await pavel.check()
    await pavel.open("/desk/receipts?status=settled")
    assert await pavel.reads(invoice.number)
    await pavel.check()


async def _decided(accountant: Window, button: str) -> None:
    """Refused without a reason, then taken with one."""
    await accountant.go(button)
    await accountant.page.get_by_role("alert").wait_for()
    await accountant.check()
    await accountant.type(reason=WHY)
    await accountant.go(button)


async def test_an_act_of_reconciliation_is_saved_for_a_period(
    site: Site, visitors: Visitors
) -> None:
    pavel = await at_desk(visitors, ACCOUNTANT_LOGIN, f"/desk/clients/{CLIENT.id}")
    await pavel.go("Акт сверки", exact=False)
    await pavel.check("desk-act")
    await pavel.type(first_day=f"{site.data.today}", last_day="2020-01-01")
    await pavel.go("Скачать PDF")
    assert await pavel.page.get_by_role("alert").is_visible()
    await pavel.check()
    await pavel.type(first_day="2026-01-01", last_day=f"{site.data.today}")
    async with pavel.page.expect_download() as file:
        await pavel.named("Скачать PDF").click()
    assert (await file.value).suggested_filename.endswith(".pdf")
