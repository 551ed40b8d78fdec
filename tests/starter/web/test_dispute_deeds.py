"""What a client and staff do with a dispute on its pages, and what they fill in wrong."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from activities.file.scan import FileActivities
from db.database import Database
from domain.access.roles import Role
from domain.file.kind import MAX_UNFOLDED_BYTES
from tests.books import Line
from tests.file_samples import archive, unfolding
from tests.gateways.sandbox_scanner import SandboxScanner, scanner, scanner_process
from tests.gateways.test_previews import PLACE, taken_by_a_phone
from tests.starter.dispute.disputed import Dispute, disputed, open_dispute, today
from tests.starter.dispute.test_chargeback import charged_back, decided_outside, outside
from tests.starter.goods_return.returning import goods
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page

__all__ = ["scanner", "scanner_process"]

DAY = today().isoformat()
PAST, AHEAD = ((today() + timedelta(days=days)).isoformat() for days in (-2, 2))
"""Days that are over and that have not come, whatever the hour."""


async def reviewed(shop: Shop, kopecks: int = 900_000) -> Dispute:
    person = shop.books.client(kind="individual")
    number = await shop.invoice(Line(kopecks, "service"), client_id=person)
    amount = f"{kopecks // 100}.00"
    dispute = await disputed(shop, number, kind="other", demand_amount=amount)
    await dispute.until("review")
    return dispute


async def filled(browser: Browser, path: str, action: str, **typed: str) -> Page:
    """The answer to a form of a page that was filled in so."""
    page = await browser.get(path)
    fields = {name.replace("_", "-"): value for name, value in typed.items()}
    return await browser.send(f"{path}/{action}", {**page.form(f"/{action}"), **fields})


async def test_a_client_writes_hands_in_presses_objects_and_withdraws(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop)
    page = f"/disputes/{dispute.id}"
    await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    silent = await filled(customer, page, "reply", text=" ")
    assert (silent.status, 'id="text-error"' in silent.html) == (422, True)
    form = (await customer.get(page)).form("/reply")
    for chosen, wrong in (({}, "paper_kind"), ({"paper_kind": "5"}, "about")):
        typed = {**form, "text": "Вот снимок.", **chosen}
        refused = await customer.send(f"{page}/reply", typed, files=[("a.txt", b"text")])
        assert (refused.status, f'id="{wrong}-error"' in refused.html) == (422, True)
        assert "Вот снимок." in refused.words
    right = {**form, "text": "Вот снимок.", "paper_kind": "5", "about": "Снимок экрана"}
    sent = await customer.send(f"{page}/reply", right, files=[("a.txt", b"text of the paper")])
    assert sent.status == 303, sent.words
    shown = await customer.get(page)
    assert "Вот снимок." in shown.words
    assert "Снимок экрана" in shown.words
    assert (await filled(customer, page, "hasten")).status == 303
    assert "/hasten" not in (await customer.get(page)).html
    assert (await dispute.did("papers-request", kinds=[1], reason="Договор.")).is_success
    form = (await customer.get(page)).form("/reply")
    handed = await customer.send(f"{page}/submission", {**form, "text": "Вот всё."})
    assert (handed.status, (await dispute.read())["status"]) == (303, "review")
    assert (await dispute.decided("rejected")).is_success
    form = (await customer.get(page)).form("/reply")
    objected = await customer.send(f"{page}/appeal", {**form, "text": "Не согласен."})
    assert (objected.status, (await dispute.read())["status"]) == (303, "appealed")
    assert "<b>Рассматриваем ваше возражение</b>" in (await customer.get(page)).html
    form = (await customer.get(page)).form("/reply")
    assert (await filled(customer, page, "withdrawal")).status == 303
    assert (await dispute.read())["status"] == "withdrawn"
    late = await customer.send(f"{page}/reply", {**form, "text": "Передумал."})
    assert late.status == 409
    assert "Передумал." in late.words


async def test_an_accountant_records_a_claim_and_how_a_court_has_decided(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop)
    page = f"/desk/disputes/{dispute.id}"
    await customer.log_in(Role.ACCOUNTANT)
    silent = await filled(customer, page, "claim", claim_reason=" ")
    assert (silent.status, 'id="claim-reason-error"' in silent.html) == (422, True)
    late = await filled(customer, page, "claim", claim_reason="Претензия.", claim_until=PAST)
    assert (late.status, 'id="claim-until-error"' in late.html) == (422, True)
    until = (today() + timedelta(days=7)).isoformat()
    claimed = await filled(customer, page, "claim", claim_reason="Претензия.", claim_until=until)
    assert claimed.status == 303, claimed.words
    found = await dispute.read()
    assert (found["status"], found["wait_until"][:10]) == ("claim_received", until)
    suit = {"outside": "court", "outside_reason": "Иск."}
    nobody = await filled(customer, page, "outside", **{**suit, "outside": ""})
    assert (nobody.status, 'id="outside-error"' in nobody.html) == (422, True)
    late = await filled(customer, page, "outside", **suit, outside_until=PAST)
    assert (late.status, 'id="outside-until-error"' in late.html) == (422, True)
    sued = await filled(customer, page, "outside", **suit)
    assert (sued.status, (await dispute.read())["outside"]) == (303, "court")
    lost_by = {"ending": "lost", "ending_reason": "Решение."}
    never = await filled(customer, page, "outside-result", **{**lost_by, "ending": ""})
    assert (never.status, 'id="ending-error"' in never.html) == (422, True)
    early = await filled(customer, page, "outside-result", **lost_by, ending_on=AHEAD)
    assert (early.status, 'id="ending-on-error"' in early.html) == (422, True)
    lost = await filled(customer, page, "outside-result", **lost_by, ending_on=DAY)
    assert lost.status == 303, lost.words
    await dispute.until("closed")


async def test_a_decision_above_the_limit_goes_back_and_is_approved_and_compensated(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop, 6_000_000)
    page = f"/desk/disputes/{dispute.id}"
    await customer.log_in(Role.SPECIALIST)
    asked = await filled(customer, page, "papers-request", asked_kind="9", asked_reason="Акт.")
    assert (asked.status, 'id="asked-kind-error"' in asked.html) == (422, True)
    money = {
        "outcome": "resolved_client",
        "awarded": "60 000",
        "compensation": "100",
        "reason": "Верно.",
        "seen_handed_in": "0",
    }
    first = (today() - timedelta(days=20)).isoformat()
    counted = {"rule": "penalty_service", "base": "9000", "first": first, "last": DAY}
    fields = (await customer.get(page)).form("/decision")
    without = await customer.send(f"{page}/decision", {**fields, **money})
    assert (without.status, 'id="base-error"' in without.html) == (422, True)
    assert '<details class="more" open><summary>Как посчитана' in without.html
    early = await customer.send(f"{page}/decision", {**fields, **money, **counted, "last": AHEAD})
    assert (early.status, 'id="last-error"' in early.html) == (422, True)
    decided = await customer.send(f"{page}/decision", {**fields, **money, **counted})
    assert decided.status == 303, decided.words
    assert (await dispute.read())["status"] == "awaiting_approval"
    await customer.log_in(Role.ACCOUNTANT, login="petrova")
    assert (await filled(customer, page, "return", back_reason="Нет акта.")).status == 303
    assert (await dispute.read())["status"] == "review"
    await customer.log_in(Role.SPECIALIST)
    only = {**money, **counted, "outcome": "resolved_partly", "awarded": "59 000"}
    fields = (await customer.get(page)).form("/decision")
    assert (await customer.send(f"{page}/decision", {**fields, **only})).status == 303
    await customer.log_in(Role.ACCOUNTANT, login="specialist@us")
    own = await customer.get(page)
    assert ('action="' + page + '/approval"' in own.html, "Нужен второй человек" in own.words) == (
        False,
        True,
    )
    await customer.log_in(Role.ACCOUNTANT, login="petrova")
    assert (await filled(customer, page, "approval")).status == 303
    await dispute.until("performing")
    early = await filled(customer, page, "compensation", paid_on=AHEAD, paid_reason="П/п 7.")
    assert (early.status, 'id="paid-on-error"' in early.html) == (422, True)
    paid = await filled(customer, page, "compensation", paid_on=DAY, paid_reason="П/п 7.")
    assert paid.status == 303, paid.words
    assert (await dispute.read())["compensated_on"] == DAY


async def test_goods_come_back_by_a_decision_and_something_is_put_right(
    shop: Shop, customer: Browser
) -> None:
    buyer = shop.books.client(kind="individual")
    number = await shop.invoice(goods(), client_id=buyer)
    dispute = await disputed(shop, number, kind="other", demand="exchange", demand_amount=None)
    await dispute.until("review")
    page = f"/desk/disputes/{dispute.id}"
    await customer.log_in(Role.SPECIALIST)
    verdict = {"outcome": "resolved_client", "reason": "Не тот товар."}
    nothing = await filled(customer, page, "decision", **verdict)
    assert (nothing.status, 'id="outcome-error"' in nothing.html) == (422, True)
    decided = {**verdict, "pieces_1": "2", "correction": "Описание товара в заказе."}
    without = await filled(customer, page, "decision", **decided)
    assert (without.status, 'id="ground-error"' in without.html) == (422, True)
    many = await filled(customer, page, "decision", **{**decided, "pieces_1": "4"})
    assert (many.status, 'id="pieces-1-error"' in many.html) == (422, True)
    for shown in (without, many):
        assert '<details class="more" id="goods" open>' in shown.html, "an error nobody sees"
    done = await filled(customer, page, "decision", **decided, ground="wrong_goods")
    assert done.status == 303, done.words
    found = await dispute.until("performing")
    shown = await customer.get(page)
    assert f'href="/desk/returns/{found["return_id"]}"' in shown.html
    back = await customer.get(f"/desk/returns/{found['return_id']}")
    assert f'href="/desk/disputes/{dispute.id}"' in back.html
    right = await filled(customer, page, "correction", corrected_how="Описание исправлено.")
    assert right.status == 303, right.words
    assert "Описание исправлено." in (await customer.get(page)).words
    assert (await dispute.read())["waiting_for"] == "client"
    await customer.log_in(Role.CLIENT, buyer)
    own = await customer.get(f"/disputes/{dispute.id}")
    assert f'href="/returns/{found["return_id"]}"' in own.html
    assert "Товар нужно вернуть" in own.words
    back = await customer.get(f"/returns/{found['return_id']}")
    assert f'href="/disputes/{dispute.id}"' in back.html


async def test_staff_answer_with_a_paper_and_ask_for_others(shop: Shop, customer: Browser) -> None:
    dispute = await reviewed(shop)
    page = f"/desk/disputes/{dispute.id}"
    await customer.log_in(Role.SPECIALIST)
    form = (await customer.get(page)).form("/answer")
    typed = {**form, "text": "Вот договор.", "paper_kind": "1", "about": "Договор 7"}
    answered = await customer.send(f"{page}/answer", typed, files=[("d.txt", b"text of ours")])
    assert answered.status == 303, answered.words
    shown = await customer.get(page)
    assert "Договор 7" in shown.words
    asked = await filled(customer, page, "papers-request", asked_kind="4", asked_reason="Письма.")
    assert (asked.status, (await dispute.read())["status"]) == (303, "collecting")
    assert "Письма." in (await customer.get(page)).words


HOSTILE_FILES = {
    "снимки.zip": (archive("a.txt"), "это ZIP"),
    "акт.docx": (unfolding("word/document.xml", MAX_UNFOLDED_BYTES + 1), "больше 512 МиБ"),
    "пусто.png": (b"", "Файл «пусто.png» пуст"),
    "akt\u202egpj.exe": (taken_by_a_phone(), "невидимые знаки"),
}


async def test_what_is_no_paper_is_refused_beside_its_field_and_the_dispute_has_none_of_it(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop)
    page = f"/disputes/{dispute.id}"
    await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    before = (await dispute.read())["handed_in"]
    about = {"text": "Вот снимок.", "paper_kind": "5", "about": "Снимок экрана"}
    for name, (content, why) in HOSTILE_FILES.items():
        typed = {**(await customer.get(page)).form("/reply"), **about}
        refused = await customer.send(f"{page}/reply", typed, files=[(name, content)])
        assert (refused.status, 'id="files-error"' in refused.html) == (422, True), name
        assert why in refused.words
        assert "Вот снимок." in refused.words
        assert "\u202e" not in refused.html
    assert (await dispute.read())["handed_in"] == before
    papers = (await dispute.evidence())["papers"]
    assert [one for one in papers if one["source"] == "client"] == []


async def test_a_screenshot_is_shown_beside_the_facts_without_the_place_where_it_was_made(
    shop: Shop, customer: Browser, database: Database, scanner: SandboxScanner
) -> None:
    dispute, content = await reviewed(shop), taken_by_a_phone()
    page = f"/disputes/{dispute.id}"
    await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    form = (await customer.get(page)).form("/reply")
    typed = {**form, "text": "Вот снимок.", "paper_kind": "5", "about": '"><b>Снимок'}
    sent = await customer.send(f"{page}/reply", typed, files=[("снимок.jpg", content)])
    assert sent.status == 303, sent.words
    (mine,) = [one for one in (await dispute.evidence())["papers"] if one["source"] == "client"]
    paper = f"{dispute.path}/evidence/{mine['id']}"
    early = await dispute.client.get(f"{paper}/preview")
    assert (early.status_code, early.json()["code"]) == (409, "file_received")
    assert "/preview" not in (await customer.get(page)).html
    steps = FileActivities(database, scanner.gateway())
    while await steps.scan_due():
        pass
    for who, here in ((Role.CLIENT, page), (Role.SPECIALIST, f"/desk{page}")):
        if who is not Role.CLIENT:
            await customer.log_in(who)
        source = f"{here}/evidence/{mine['id']}/preview"
        html = (await customer.get(here)).html
        assert f'src="{source}" width="320" height="480" alt=""' in html
        assert "<b>Снимок" not in html
        shown = (await customer.get(source)).response
        small = Image.open(io.BytesIO(shown.content), formats=["JPEG"])
        assert (small.size, dict(small.getexif()), small.getexif().get_ifd(PLACE)) == (
            (320, 480),
            {},
            {},
        )
        assert b"Camera 4242" not in shown.content
    assert (await dispute.client.get(paper)).content == content
    assert (await dispute.client.get(f"{paper}/preview")).content == shown.content
    other = shop.client_of(await shop.invoice(Line(900_000, "service")))
    assert (await other.get(f"{paper}/preview")).status_code == 404
    (found, *_) = [one for one in (await dispute.evidence())["papers"] if not one["preview"]]
    bare = await dispute.client.get(f"{dispute.path}/evidence/{found['id']}/preview")
    assert bare.status_code == 404


@pytest.mark.parametrize("place", ["/disputes", "/desk/disputes"])
async def test_a_paper_that_is_not_there_is_not_found(
    shop: Shop, customer: Browser, place: str
) -> None:
    dispute = await reviewed(shop)
    if place == "/disputes":
        await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    else:
        await customer.log_in(Role.SPECIALIST)
    nowhere = "6f1c2b7e-0d0a-4a53-9a3b-0d6f0c1e2a11"
    paper = f"{place}/{dispute.id}/evidence/{nowhere}"
    assert (await customer.get(paper)).status == 404
    assert (await customer.get(f"{paper}/preview")).status == 404


async def test_who_decided_first_is_offered_no_decision_of_the_appeal(
    shop: Shop, customer: Browser
) -> None:
    dispute = await reviewed(shop)
    page = f"/desk/disputes/{dispute.id}"
    assert (await dispute.decided("rejected")).is_success
    assert (await dispute.said("appeal", text="Не согласен.")).json()["status"] == "appealed"
    offered = []
    for login in ("specialist-1", "petrova"):
        await customer.log_in(Role.SPECIALIST, login=login)
        shown = await customer.get(page)
        other = "Решает другой специалист или бухгалтер" in shown.words
        offered.append((f'action="{page}/decision"' in shown.html, other))
    assert offered == [(False, True), (True, False)]


async def test_a_dispute_that_has_ended_lists_what_there_was_and_misses_nothing(
    shop: Shop, customer: Browser
) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    dispute = await disputed(shop, number, kind="fraud", demand_amount="9000.00")
    await dispute.until("collecting")
    await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    page = f"/disputes/{dispute.id}"
    assert "не хватает" in (await customer.get(page)).words
    assert (await dispute.said("withdrawal")).json()["status"] == "withdrawn"
    shown = await customer.get(page)
    assert ("не хватает" in shown.words, "Выписка по счёту" in shown.words) == (False, False)
    there_was = [one["papers"] > 0 for one in (await dispute.evidence())["checklist"]]
    assert there_was
    assert all(there_was)


async def test_pages_say_what_the_bank_has_given_back_and_count_what_is_still_paid(
    shop: Shop, customer: Browser, database: Database
) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    await charged_back(shop, database, number, "9000.00")
    dispute = await outside(shop, number)
    await decided_outside(dispute, "lost")
    await dispute.until("closed")
    await customer.log_in(Role.SPECIALIST)
    back = "банк вернул 9 000,00 ₽"
    assert back in (await customer.get(f"/desk/disputes/{dispute.id}")).words
    await customer.log_in(Role.CLIENT, str(dispute.client.caller.client_id))
    listed = [(await customer.get(f"/?tab={tab}")).words for tab in ("current", "finished")]
    assert back in "".join(listed)
    form = (await customer.get(f"/disputes/new?invoice={number}")).words
    assert "По заказу оплачено 0,00 ₽. " in form
    assert "9 000,00 ₽ вам уже вернул банк" in form
    above = await open_dispute(shop, number, kind="other", demand_amount="1.00")
    assert above.status_code == 422, above.text
