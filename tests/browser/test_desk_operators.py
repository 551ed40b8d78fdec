"""What a failed step asks of an operator, and what is found by whoever looks for it."""

import asyncio
import smtplib

from domain.access.roles import Role
from domain.refund.refund import Action
from simulation.billing_data import Invoice
from simulation.people import SPECIALIST
from stack.product import SUPPORT_EMAIL
from starter.api.http.auth import Caller
from tests.browser.desk import (
    OPERATOR_LOGIN,
    SPECIALIST_LOGIN,
    asked,
    at_desk,
    desk_page_of,
    under_review,
)
from tests.browser.site import LOOK_SECONDS, PATIENCE_SECONDS, Site, Visitors
from tests.starter.mail_in.post import written

LIST = "/desk/operators"


async def _failing(site: Site) -> Invoice:
    """A payout whose request the acquirer refuses: our key is not the right one."""
    invoice = await under_review(site, site.data.not_started)
    assert invoice.payment is not None
    match = {"payment_id": invoice.payment.acquirer_id}
    refuse = {"kind": "refuse", "code": "invalid_credentials", "status": 401, "match": match}
    await site.acquirer.misbehave([refuse])
    await site.decide(SPECIALIST, invoice, Action.ACCEPT)
    return invoice


async def test_a_failed_step_is_mended_and_a_bulk_meets_a_case_that_has_moved(
    site: Site, visitors: Visitors
) -> None:
    moved = await _failing(site)
    watcher = await at_desk(visitors, OPERATOR_LOGIN, LIST)
    await watcher.shows_after_looks(moved.number)
    await watcher.check("desk-operators")
    await watcher.page.get_by_role("checkbox").first.check()
    await watcher.go("Повторить выбранные…")
    await watcher.check("desk-operators-preview")
    other = await visitors.another_tab(watcher)
    await other.open(LIST)
    await other.go(moved.number, exact=False)
    await other.check("desk-failed-step")
    await site.acquirer.misbehave([])
    await other.go("Повторить")
    await site.until(moved, "completed")
    await watcher.go("Повторить")
    assert await watcher.reads("1 процесс пропущен")
    await watcher.check("desk-operators-done")


async def test_a_case_is_found_by_the_inn_and_by_a_part_of_the_name(
    site: Site, visitors: Visitors
) -> None:
    invoice = await site.order(site.data.not_started)
    await asked(site, invoice)
    maria = await at_desk(visitors, SPECIALIST_LOGIN)
    for sought in (invoice.client.inn, "соловьев", invoice.number):
        await maria.open("/desk")
        await maria.type(q=sought)
        await maria.go("Найти")
        assert await maria.reads(f"refund-{invoice.number}-1"), sought
    await maria.check("desk-search")
    await maria.type(q="нет такого клиента")
    await maria.go("Найти")
    assert await maria.reads("Ничего не нашлось")
    await maria.check()
    await maria.type(q=f"refund-{invoice.number}-1")
    await maria.go("Найти")
    assert maria.path == desk_page_of(invoice)


async def test_a_parked_letter_is_read_as_text_and_dismissed(
    site: Site, visitors: Visitors
) -> None:
    subject = "Скидки только сегодня"
    sender = "shop@noise.example"
    letter = written(sender, SUPPORT_EMAIL, subject=subject, Precedence="bulk")
    with smtplib.SMTP("127.0.0.1", site.stack.smtp_port) as smtp:
        smtp.send_message(letter)
    operator = Caller("operator", Role.OPERATOR)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while sender not in str(await site.api.read(operator, "/v1/parked-letters")):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_SECONDS)
    watcher = await at_desk(visitors, OPERATOR_LOGIN, f"{LIST}/parked")
    await watcher.check("desk-parked")
    await watcher.go(sender)
    assert await watcher.reads(subject)
    await watcher.check("desk-parked-letter")
    await watcher.go("Снять с разбора")
    assert watcher.path == f"{LIST}/parked"
    assert await watcher.named(sender).count() == 0
    await watcher.open(f"{LIST}/parked?handled=true")
    assert await watcher.named(sender).count() == 1
    await watcher.check()
