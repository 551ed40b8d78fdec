"""Dossiers on pages: a client makes its own, staff make both, everybody reads the keys."""

import io
import re

from domain.access.roles import Role
from domain.dossier.verify import check_archive
from tests.starter.dispute.test_dispute_paths import penalty
from tests.starter.dispute.test_dispute_paths import reviewed as reviewed_consumer
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser
from tests.starter.web.test_dispute_deeds import reviewed

ARCHIVE = re.compile(r'href="([a-z/]*/dossiers/[0-9a-f-]{36}/archive)"')
KEY = re.compile(r"\b[0-9a-f]{64}\b")


async def made(browser: Browser, page: str, **chosen: str) -> bytes:
    """The archive of the dossier that the form of a page makes."""
    form = (await browser.get(page)).form("/dossiers")
    sent = await browser.send(page, {**form, **chosen})
    assert sent.status == 303, sent.words
    (address, *_) = ARCHIVE.findall((await browser.get(page)).html)
    answer = await browser.http.get(address)
    assert answer.status_code == 200
    return answer.content


async def test_a_client_and_staff_make_dossiers_that_the_published_key_checks(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop)
    await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    own = f"/disputes/{dispute.id}"
    assert f'href="{own}/dossiers"' in (await customer.get(own)).html
    redacted = await made(customer, f"{own}/dossiers")
    assert "/desk/" not in (await customer.get(f"{own}/dossiers")).html

    await customer.log_in(Role.SPECIALIST)
    desk = f"/desk/disputes/{dispute.id}"
    assert f'href="{desk}/dossiers"' in (await customer.get(desk)).html
    form = (await customer.get(f"{desk}/dossiers")).form("/dossiers")
    nothing = await customer.send(f"{desk}/dossiers", form)
    assert (nothing.status, 'id="export-error"' in nothing.html) == (422, True)
    full = await made(customer, f"{desk}/dossiers", export="full")
    assert full != redacted
    assert "специалист" in (await customer.get(f"{desk}/dossiers")).words
    page = await customer.get("/dossier-keys")
    keys = {bytes.fromhex(one) for one in KEY.findall(page.words)}
    for archive in (full, redacted):
        assert [] in [check_archive(io.BytesIO(archive), key) for key in keys]

    await customer.log_in(Role.SUPPORT)
    assert f'href="{desk}/dossiers"' not in (await customer.get(desk)).html
    assert (await customer.get(f"{desk}/dossiers")).status == 403


async def test_the_desk_reads_what_a_compensation_was_counted_by(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed_consumer(shop)
    page = f"/desk/disputes/{dispute.id}"
    await customer.log_in(Role.SPECIALIST)
    assert "Расчёт компенсации" not in (await customer.get(page)).words
    decided = await dispute.decided("resolved_partly", compensation=penalty())
    assert decided.is_success, decided.text
    shown = (await customer.get(page)).words.replace("\u00a0", " ")
    assert "Расчёт компенсации: 5 400,00 ₽" in shown
    assert "9 000,00 ₽ × 20 × 3 % ÷ 100 = 5 400,00 ₽" in shown
    assert "zozpp-28" in shown
    assert "Требует проверки юристом" in shown


async def test_dossiers_of_disputes_at_court_stand_below_the_lawyers_queue(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop)
    await customer.log_in(Role.ACCOUNTANT)
    await made(customer, f"/desk/disputes/{dispute.id}/dossiers", export="full")
    await customer.log_in(Role.LAWYER)
    line = f"{dispute.id}: "
    assert line not in (await customer.get("/desk/lawyer")).words
    sued = await dispute.did("outside", Role.ACCOUNTANT, outside="court", reason="Иск.")
    assert sued.is_success, sued.text
    page = await customer.get("/desk/lawyer")
    assert line in page.words
    (address, *_) = ARCHIVE.findall(page.html)
    assert (await customer.http.get(address)).status_code == 200
    await customer.log_in(Role.OPERATOR)
    assert line not in (await customer.get("/desk/lawyer")).words
