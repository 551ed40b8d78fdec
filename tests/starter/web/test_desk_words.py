"""Staff read what a case waits for, in words of their own; its client reads what to do."""

import re

from domain.access.roles import Role
from starter.web.http.rendering import WEB
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser

OURS, ITS_CLIENTS = "Ждём заявления от клиента", "Заполните заявление"
CLIENTS_STATUS = re.compile(r"[\"~ ](refund|renewal|limit_request)\.status\.|\"\.status\.\"")


async def test_a_status_has_the_words_of_whoever_reads_it(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    pages = (
        f"/desk/refunds/{case.id}",
        "/desk/refunds?turn=client",
        "/desk/refunds?turn=client&file=csv",
        "/desk/search?q=9693,55",
        f"/desk/clients/{case.client.caller.client_id}?part=cases",
    )
    await customer.log_in(Role.SPECIALIST)
    for path in pages:
        text = (await customer.http.get(path)).text
        assert OURS in text, path
        assert ITS_CLIENTS not in text, path
    found = await shop.staff(Role.OPERATOR).get(case.path)
    assert found.json()["title"] == OURS
    await customer.log_in(Role.CLIENT, case.client.caller.client_id or "")
    words = (await customer.get(f"/refunds/{case.id}")).words
    assert ITS_CLIENTS in words
    assert OURS not in words


async def test_a_refusal_names_the_status_in_the_words_of_whoever_asked(shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    refused = await case.by(Role.SPECIALIST, "acceptance")
    assert "Ждёт расчёта специалиста" in refused.json()["detail"]


def test_no_page_of_staff_asks_for_a_clients_status() -> None:
    templates = list((WEB / "templates").glob("desk*.html"))
    assert templates
    for path in templates:
        assert not CLIENTS_STATUS.search(path.read_text(encoding="utf-8")), path.name
