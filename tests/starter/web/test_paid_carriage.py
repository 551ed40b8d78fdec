"""The carriage that a client paid itself, on pages: claimed, confirmed or refused, paid."""

from domain.access.roles import Role
from tests.books import Books
from tests.scans import pdf
from tests.starter.caller import Api
from tests.starter.goods_return.returning import (
    claimed,
    did,
    ended,
    opened,
    read,
    said,
    to_inspected,
    today,
)
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_desk_tickets import HOSTILE

RECEIPT = [("Чек.pdf", pdf())]
DESK = "/desk/returns"


async def stated(
    browser: Browser, return_id: str, amount: str, receipt: list[tuple[str, bytes]] | None = None
) -> Page:
    """The client's form, with the sum and the receipt that are said."""
    form = (await browser.get(f"/returns/{return_id}")).form("/carriage")
    fields = {"idempotency_key": form["idempotency_key"], "amount": amount}
    return await browser.send(f"/returns/{return_id}/carriage", fields, files=receipt or [])


async def pressed(browser: Browser, return_id: str, deed: str, **typed: str) -> Page:
    """A form of the desk about the carriage."""
    form = (await browser.get(f"{DESK}/{return_id}")).form(f"/carriage/{deed}")
    named = {name.replace("_", "-"): typed[name] for name in typed}
    fields = {"idempotency_key": form["idempotency_key"], **named}
    return await browser.send(f"{DESK}/{return_id}/carriage/{deed}", fields)


async def test_a_client_states_what_the_carrier_was_paid_and_errors_stand_beside_the_fields(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    assert "/carriage" not in (await customer.get(f"/returns/{return_id}")).html
    await did(whole_api, return_id, "authorise")
    await said(whole_api, client_id, return_id, "ship", track="RU 1")
    assert "5 000,00" in (await customer.get(f"/returns/{return_id}")).words
    for amount, fields in (
        ("0", {"amount", "files"}),
        ("много", {"amount", "files"}),
        ("450,50", {"files"}),
        ("5000,01", {"amount", "files"}),
    ):
        wrong = await stated(customer, return_id, amount)
        found = {name for name in ("amount", "files") if f'id="{name}-error"' in wrong.html}
        assert (wrong.status, found, amount in wrong.html) == (422, fields, True), wrong.words
    kept = await stated(customer, return_id, "5000,01", RECEIPT)
    assert (kept.status, 'id="amount-error"' in kept.html, "Чек.pdf" in kept.words) == (
        *(422, True, True),
    )
    assert (await stated(customer, return_id, "450,50", RECEIPT)).status == 303
    page = await customer.get(f"/returns/{return_id}")
    assert ("450,50" in page.words, "Проверяем чек" in page.words) == (True, True)
    assert "/carriage" not in page.html


async def test_the_client_of_a_change_of_mind_is_offered_nothing(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, return_id = await opened(whole_api, books, ground="change_of_mind")
    await did(whole_api, return_id, "authorise")
    await said(whole_api, client_id, return_id, "ship", track="RU 1")
    await customer.log_in(Role.CLIENT, client_id)
    assert "/carriage" not in (await customer.get(f"/returns/{return_id}")).html
    fields = {"idempotency_key": f"forged-{return_id}", "amount": "450,50"}
    forged = await customer.send(f"/returns/{return_id}/carriage", fields, files=RECEIPT)
    assert (forged.status, "по нашей вине" in forged.words) == (409, True)


async def test_a_specialist_refuses_or_confirms_and_an_accountant_pays(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id)
    await claimed(whole_api, client_id, return_id)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    early = await customer.get(f"{DESK}/{return_id}")
    assert ("Чек.pdf" in early.words, "/carriage/confirm" in early.html) == (True, False)
    empty = await pressed(customer, return_id, "refuse", carriage_reason=" ")
    assert (empty.status, 'id="carriage-reason-error"' in empty.html) == (422, True)
    assert (await pressed(customer, return_id, "refuse", carriage_reason=HOSTILE)).status == 303
    page = await customer.get(f"{DESK}/{return_id}")
    assert ("<script>alert" in page.html, "alert(1)" in page.words) == (False, True)
    await claimed(whole_api, client_id, return_id)
    await did(whole_api, return_id, "accept", settlement="refund")
    await ended(whole_api, return_id, "settled")
    assert (await pressed(customer, return_id, "confirm")).status == 303
    assert "/carriage/pay" not in (await customer.get(f"{DESK}/{return_id}")).html

    await customer.log_in(Role.ACCOUNTANT, login="gromov")
    for on in ("", "завтра", "2999-01-01"):
        wrong = await pressed(customer, return_id, "pay", on=on)
        assert (wrong.status, 'id="on-error"' in wrong.html) == (422, True), on
    assert (await pressed(customer, return_id, "pay", on=today().isoformat())).status == 303
    await ended(whole_api, return_id)
    assert (await read(whole_api, return_id))["paid_carriage"]["status"] == "paid"
    await customer.log_in(Role.CLIENT, client_id)
    assert "Выплачено" in (await customer.get(f"/returns/{return_id}")).words
