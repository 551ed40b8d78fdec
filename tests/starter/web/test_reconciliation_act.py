"""The act of reconciliation in the cabinet and at the desk: a period, its file, what is wrong."""

import pytest

from domain.access.roles import Role
from tests.books import Books, Line
from tests.starter.web.browser import Browser

PERIOD = "?first_day=2026-03-01&last_day=2026-03-31"
WRONG = {
    "?first_day=2026-04-01&last_day=2026-03-31": "начало не позже конца",
    "?first_day=2026-04-01": "нужны обе даты",
    "?first_day=31.03.2026&last_day=2026-03-31": "Дата записывается так",
    "?first_day=2026-04-01&last_day=2199-03-31": "Последний день акта ещё не наступил",
    "": "нужны обе даты",
}


async def test_a_client_takes_the_act_of_its_own_money_from_its_documents(
    browser: Browser, books: Books
) -> None:
    client_id = books.client()
    books.invoice(Line(100), client_id=client_id)
    await browser.log_in(Role.CLIENT, client_id)
    form = (await browser.get("/documents")).form("/documents/reconciliation.pdf")
    assert form["first_day"].endswith("-01-01")
    assert form["last_day"] >= form["first_day"]
    saved = await browser.get(f"/documents/reconciliation.pdf{PERIOD}")
    assert (saved.status, saved.response.content[:5]) == (200, b"%PDF-")
    disposition = saved.response.headers["content-disposition"]
    assert disposition == 'attachment; filename="reconciliation-2026-03-01-2026-03-31.pdf"'
    assert saved.response.headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize(("query", "said"), WRONG.items())
async def test_what_is_wrong_with_a_period_stands_in_its_form_with_what_was_typed(
    browser: Browser, books: Books, query: str, said: str
) -> None:
    client_id = books.client()
    await browser.log_in(Role.CLIENT, client_id)
    own = await browser.get(f"/documents/reconciliation.pdf{query}")
    await browser.log_in(Role.ACCOUNTANT)
    path = f"/desk/clients/{client_id}/reconciliation.pdf"
    ours = await browser.get(path + query)
    for page, action in ((own, "/documents/reconciliation.pdf"), (ours, path)):
        assert page.status == 422
        assert said in page.words
        assert all(value in query for value in page.form(action).values())


async def test_an_accountant_takes_the_act_of_any_client_from_its_page(
    browser: Browser, books: Books
) -> None:
    client_id = books.client()
    books.invoice(Line(100), client_id=client_id)
    await browser.log_in(Role.ACCOUNTANT)
    form = f"/desk/clients/{client_id}/reconciliation"
    assert f'href="{form}"' in (await browser.get(f"/desk/clients/{client_id}")).html
    assert "Ромашка" in (await browser.get(form)).words
    saved = await browser.get(f"{form}.pdf{PERIOD}")
    assert (saved.status, saved.response.content[:5]) == (200, b"%PDF-")
    assert (await browser.get("/desk/clients/nobody/reconciliation")).status == 404
    assert (await browser.get(f"/desk/clients/nobody/reconciliation.pdf{PERIOD}")).status == 404
    await browser.log_in(Role.SPECIALIST)
    assert f'href="{form}"' not in (await browser.get(f"/desk/clients/{client_id}")).html
