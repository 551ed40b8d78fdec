"""Returns of goods on pages: the client asks and sends, a specialist inspects and settles."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from domain.access.roles import Role
from starter.web.cabinet import goods_return_form as cabinet
from starter.web.desk import goods_returns as desk
from tests.books import Books
from tests.scans import picture
from tests.starter.caller import Api
from tests.starter.goods_return.returning import (
    asked,
    did,
    goods,
    opened,
    read,
    refund_of,
    said,
    sold,
    to_inspected,
)
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_desk_tickets import HOSTILE

PATIENCE_SECONDS = 60.0
HIDDEN = [("akt\u202egpj.exe", picture("JPEG"))]
SOUND = {"packing": "yes", "labels": "yes", "unused": "yes", "serial": "yes"}


async def until_in(api: Api, return_id: str, status: str) -> Any:
    """The return once it has come to a status."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (shown := await read(api, return_id))["status"] != status:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    return shown


async def sent(
    browser: Browser,
    place: str,
    return_id: str,
    action: str,
    photos: Sequence[tuple[str, bytes]] = (),
    /,
    **typed: str,
) -> Page:
    """The page's own form of an action, with nothing chosen but what is said."""
    form = (await browser.get(f"{place}/{return_id}")).form(f"/{action}")
    named = {name.replace("_", "-") if "pieces" in name else name: typed[name] for name in typed}
    fields = {"idempotency_key": form["idempotency_key"], **named}
    return await browser.send(f"{place}/{return_id}/{action}", fields, files=photos)


async def asking(browser: Browser, number: str, **typed: str) -> Page:
    """The form of a return, with nothing chosen but what is said."""
    form = (await browser.get(f"/returns/new?invoice={number}")).form("/returns")
    kept = {name: form[name] for name in ("idempotency_key", "invoice")}
    return await browser.send("/returns", {**kept, **typed})


async def test_goods_are_asked_for_sent_inspected_and_paid_back_on_pages(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, number = sold(books)
    await customer.log_in(Role.CLIENT, client_id)
    assert "/returns/" not in (await customer.get("/returns")).html
    typed = {"pieces-1": "2", "ground": "change_of_mind", "comment": HOSTILE}
    form = await customer.get(f"/returns/new?invoice={number}")
    assert ("JPEG, PNG, WebP или HEIC" in form.words, "Word" in form.words) == (True, False)
    led = await asking(customer, number, **typed)
    return_id = led.leads_to.removeprefix("/returns/")
    assert return_id == f"return-{number}-1"
    page = await customer.get(led.leads_to)
    assert ("<script>alert" in page.html, "alert(1)" in page.words) == (False, True)
    assert f'href="/returns/{return_id}"' in (await customer.get("/returns")).html
    assert "/ship" not in page.html

    await customer.log_in(Role.SPECIALIST, login="petrova")
    queued = await customer.get("/desk/returns?status=requested")
    assert f'href="/desk/returns/{return_id}"' in queued.html
    assert (await sent(customer, "/desk/returns", return_id, "authorise")).status == 303
    await until_in(whole_api, return_id, "authorised")

    await customer.log_in(Role.CLIENT, client_id)
    nothing = await sent(customer, "/returns", return_id, "ship", track=" ")
    assert (nothing.status, 'id="track-error"' in nothing.html) == (422, True)
    assert (await sent(customer, "/returns", return_id, "ship", track="RU 1")).status == 303
    await until_in(whole_api, return_id, "shipped")

    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert (await sent(customer, "/desk/returns", return_id, "receive")).status == 303
    await until_in(whole_api, return_id, "received")
    form = await customer.get(f"/desk/returns/{return_id}")
    assert ("JPEG, PNG, WebP или HEIC" in form.words, "Word" in form.words) == (True, False)
    wrong = {"pieces_1": "много", "carriage": "x", **SOUND}
    refused = await sent(customer, "/desk/returns", return_id, "inspect", **wrong)
    assert refused.status == 422
    for field in ("pieces-1", "carriage"):
        assert f'id="{field}-error"' in refused.html
    more = await sent(customer, "/desk/returns", return_id, "inspect", pieces_1="3", **SOUND)
    assert more.status == 409
    found = {"pieces_1": "2", "carriage": "350,50", "packing": "yes", "labels": "yes"}
    unseen = await sent(customer, "/desk/returns", return_id, "inspect", **found)
    assert (unseen.status, 'id="files-error"' in unseen.html) == (422, True)
    hostile = await sent(customer, "/desk/returns", return_id, "inspect", HIDDEN, **found)
    assert (hostile.status, "350,50" in hostile.html) == (422, True)
    photo = [("Серийный номер.jpg", picture("JPEG"))]
    done = await sent(customer, "/desk/returns", return_id, "inspect", photo, **found)
    assert done.status == 303, done.words
    shown = await until_in(whole_api, return_id, "inspected")
    checks = [shown["inspection"][name] for name in SOUND]
    assert checks == [True, True, False, False]
    accepted = await sent(customer, "/desk/returns", return_id, "accept", settlement="refund")
    assert accepted.status == 303
    await until_in(whole_api, return_id, "closed")
    refund = refund_of(books, return_id)
    assert refund.sum_kopecks == 2_000_00 - 350_50
    page = await customer.get(f"/desk/returns/{return_id}")
    assert f'href="/desk/refunds/{refund.id}"' in page.html
    assert "Серийный номер.jpg" in page.words
    assert (await customer.get(f"/desk/returns/{return_id}/act.pdf")).status == 200
    await customer.log_in(Role.CLIENT, client_id)
    own = await customer.get(f"/returns/{return_id}")
    assert f'href="/refunds/{refund.id}"' in own.html
    assert f'href="/returns/{return_id}/act.pdf"' in own.html
    assert (await customer.get(f"/returns/{return_id}/act.pdf")).status == 200


async def test_a_settlement_is_chosen_and_a_price_cut_has_its_sum(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    place = "/desk/returns"
    for typed, field in (
        ({"settlement": ""}, "settlement"),
        ({"settlement": "price_cut", "cut": ""}, "cut"),
        ({"settlement": "price_cut", "cut": "много"}, "cut"),
    ):
        wrong = await sent(customer, place, return_id, "accept", **typed)
        assert (wrong.status, f'id="{field}-error"' in wrong.html) == (422, True), typed
    whole = await sent(customer, place, return_id, "accept", settlement="price_cut", cut="2000")
    assert whole.status == 409
    cut = await sent(customer, place, return_id, "accept", settlement="price_cut", cut="700,00")
    assert cut.status == 303
    shown = await until_in(whole_api, return_id, "closed")
    assert (shown["settlement"], shown["cut"]) == ("price_cut", "700.00")
    assert refund_of(books, return_id).sum_kopecks == 700_00


async def test_repaired_goods_are_sent_back_with_a_number(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, return_id = await opened(whole_api, books)
    await to_inspected(whole_api, client_id, return_id)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    place = "/desk/returns"
    await sent(customer, place, return_id, "accept", settlement="repair")
    await until_in(whole_api, return_id, "settled")
    await customer.log_in(Role.CLIENT, client_id)
    own = await customer.get(f"/returns/{return_id}")
    assert "Решение: ремонт. Мы отправим исправленный товар" in own.words
    await customer.log_in(Role.SPECIALIST, login="petrova")
    nothing = await sent(customer, place, return_id, "send", track="")
    assert (nothing.status, 'id="track-error"' in nothing.html) == (422, True)
    assert (await sent(customer, place, return_id, "send", track="RU 80")).status == 303
    shown = await until_in(whole_api, return_id, "closed")
    assert (shown["sent_track"], shown["refund_id"]) == ("RU 80", None)


async def test_goods_are_refused_lost_or_rejected_with_a_reason(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    refused = (await opened(whole_api, books))[1]
    owner, lost = await opened(whole_api, books)
    await did(whole_api, lost, "authorise")
    await said(whole_api, owner, lost, "ship", track="RU 5")
    other, rejected = await opened(whole_api, books)
    await to_inspected(whole_api, other, rejected, sound=0)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    place = "/desk/returns"
    for return_id, action, status in (
        (refused, "refuse", "refused"),
        (lost, "lose", "closed"),
        (rejected, "reject", "rejected"),
    ):
        field = f"{action}-reason"
        empty = await sent(customer, place, return_id, action, **{field: " "})
        assert (empty.status, f'id="{field}-error"' in empty.html) == (422, True)
        assert "<details open><summary>" in empty.html, "an error nobody sees"
        assert (await sent(customer, place, return_id, action, **{field: HOSTILE})).status == 303
        await until_in(whole_api, return_id, status)
        page = await customer.get(f"{place}/{return_id}")
        assert ("<script>alert" in page.html, "alert(1)" in page.words) == (False, True)


async def test_a_client_deactivates_what_is_digital_and_keeps_what_it_wants(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, digital = await opened(whole_api, books, goods(kind="licence"))
    await did(whole_api, digital, "authorise")
    await customer.log_in(Role.CLIENT, client_id)
    assert "/ship" not in (await customer.get(f"/returns/{digital}")).html
    assert (await sent(customer, "/returns", digital, "deactivate")).status == 303
    await until_in(whole_api, digital, "received")

    owner, kept = await opened(whole_api, books)
    assert (await customer.get(f"/returns/{kept}")).status == 404
    await customer.log_in(Role.CLIENT, owner)
    form = (await customer.get(f"/returns/{kept}")).form("/withdraw")
    assert (await customer.send(f"/returns/{kept}/withdraw", form)).status == 303
    await until_in(whole_api, kept, "withdrawn")
    late = await customer.send(f"/returns/{kept}/withdraw", {"idempotency_key": f"late-{kept}"})
    assert late.status == 409


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"pieces-1": "0", "ground": "damaged"}, "lines"),
        ({"pieces-1": "1"}, "ground"),
        ({"pieces-1": "две", "ground": "damaged"}, "pieces-1"),
        ({"pieces-2": "1", "ground": "change_of_mind"}, "lines"),
    ],
)
async def test_what_cannot_be_asked_for_stands_beside_its_field(
    whole_api: Api, books: Books, customer: Browser, typed: dict[str, str], field: str
) -> None:
    client_id, number = sold(books, goods(), goods(1_000_00, 1, days_ago=8))
    await customer.log_in(Role.CLIENT, client_id)
    wrong = await asking(customer, number, comment="Осталось", **typed)
    assert (wrong.status, f'id="{field}-error"' in wrong.html) == (422, True), wrong.words
    assert "Осталось" in wrong.html
    stored = books.rows("SELECT id FROM goods_returns WHERE invoice_number = %(n)s", n=number)
    assert stored == []


async def test_an_order_whose_goods_are_all_in_returns_offers_no_form(
    whole_api: Api, books: Books, customer: Browser
) -> None:
    client_id, number = sold(books)
    assert (await asked(whole_api, client_id, number, 3)).status_code == 201
    await customer.log_in(Role.CLIENT, client_id)
    page = await customer.get(f"/returns/new?invoice={number}")
    assert (page.status, 'name="ground"' in page.html) == (200, False)
    _, foreign = sold(books)
    assert (await customer.get(f"/returns/new?invoice={foreign}")).status == 404


async def test_lists_are_paged(
    whole_api: Api, books: Books, customer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    client_id, number = sold(books)
    returns = {(await asked(whole_api, client_id, number, 1)).json()["id"] for _ in range(3)}
    monkeypatch.setattr(cabinet, "SHOWN", 2)
    monkeypatch.setattr(desk, "SHOWN", 2)
    await customer.log_in(Role.CLIENT, client_id)
    assert await walked(customer, "/returns") == returns
    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert returns <= await walked(customer, "/desk/returns")
    assert await walked(customer, "/desk/returns?overdue=true") & returns == set()
    items = await over_the_api(whole_api, "/v1/returns", client_id=client_id)
    assert items == returns
    assert returns <= await over_the_api(whole_api, "/v1/return-queue", role=Role.SPECIALIST)


async def walked(browser: Browser, place: str) -> set[str]:
    """The returns of all pages of a list."""
    found, path = set[str](), place
    base, _, _ = place.partition("?")
    while path:
        html = (await browser.get(path)).html
        found |= {part.partition('"')[0] for part in html.split(f'href="{base}/')[1:]}
        _, _, rest = html.partition(f'class="button" href="{base}?')
        path = f"{base}?{rest.partition(chr(34))[0]}".replace("&amp;", "&") if rest else ""
    return {one for one in found if one.startswith("return-")}


async def over_the_api(api: Api, path: str, **who: Any) -> set[str]:
    """The returns of all pages of a list of the API."""
    found, cursor = set[str](), ""
    while True:
        answer = (await api.call("GET", f"{path}?limit=2{cursor}", **who)).json()
        found |= {one["id"] for one in answer["items"]}
        if answer["next"] is None:
            return found
        cursor = f"&cursor={answer['next']}"
