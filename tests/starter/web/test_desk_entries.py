"""Money that nobody recognised, as an accountant settles it at the desk."""

import re
from datetime import timedelta

import pytest
import pytest_asyncio

from db.banking import entry_list
from db.banking.entry_list import FEW
from db.database import Database
from domain.access.roles import Role
from domain.banking.entry_decision import POSTPONED_DAYS
from starter.web.desk.following import NEXT
from tests.starter.banking.statement_of import TODAY
from tests.starter.banking.test_incoming_money import PRICE, Payer
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser, Page

REASON = {"reason": "по письму клиента"}


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


@pytest_asyncio.fixture
async def payer(bookkeeping: Bookkeeping, customer: Browser) -> Payer:
    """A client with invoices; the accountant is logged in at the desk."""
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    return Payer(bookkeeping)


def by_hand(page: Page, **typed: str) -> dict[str, str]:
    """The form for any invoice, which has more rows than those of the candidates."""
    key = re.findall(r'name="idempotency_key" value="([^"]+-hand)"', page.html)[0]
    return {"idempotency_key": key, **{name.replace("__", "."): typed[name] for name in typed}}


async def status(payer: Payer, entry_id: str) -> str:
    answer = await payer.accountant.get(f"/v1/bank-entries/{entry_id}")
    return str(answer.json()["status"])


async def test_the_likeliest_invoice_is_taken_by_one_click(payer: Payer, customer: Browser) -> None:
    number = payer.invoice()
    entry = await payer.pays("Оплата по договору, спасибо")
    listed = await customer.get("/desk/entries")
    assert f'href="/desk/entries/{entry["id"]}' in listed.html
    page = await customer.get(f"/desk/entries/{entry['id']}")
    assert f"Счёт № {number}" in page.words
    assert "Зачесть 40 000,00 ₽" in page.words.replace("\xa0", " ")
    taken = page.form("/allocation")
    assert taken.pop(NEXT) == "yes"
    done = await customer.send(f"/desk/entries/{entry['id']}/allocation", taken)
    assert done.leads_to == f"/desk/entries/{entry['id']}"
    assert (await payer.shown(number))["paid"] == PRICE
    settled = await customer.get(f"/desk/entries/{entry['id']}")
    assert "Отменить зачёт" in settled.words
    assert "Подходящие счета" not in settled.words


async def test_a_sum_is_split_and_what_is_wrong_stands_beside_its_field(
    payer: Payer, customer: Browser
) -> None:
    first, second = payer.invoice(), payer.invoice()
    entry = await payer.pays("Оплата услуг")
    path = f"/desk/entries/{entry['id']}"
    page = await customer.get(path)
    wrong = by_hand(page, shares__0__invoice_number=first, shares__0__amount="1,00", **REASON)
    refused = await customer.send(f"{path}/allocation", wrong)
    assert (refused.status, refused.wrong_fields) == (422, ["shares"])
    silent = await customer.send(
        f"{path}/allocation", by_hand(page, shares__0__invoice_number="нет такого")
    )
    assert 'id="reason-error"' in silent.html
    assert "reason" in silent.wrong_fields
    unknown = by_hand(page, shares__0__invoice_number="2001-404", **REASON)
    absent = await customer.send(f"{path}/allocation", unknown)
    assert 'id="shares.0.invoice_number-error"' in absent.html
    assert absent.wrong_fields == ["shares.0.invoice_number"]
    assert 'value="2001-404"' in absent.html
    split = by_hand(
        page,
        shares__0__invoice_number=first,
        shares__0__amount="30 000,00",
        shares__1__invoice_number=second,
        shares__1__amount="10 000,00",
        **REASON,
    )
    assert (await customer.send(f"{path}/allocation", split)).status == 303
    paid = [(await payer.shown(number))["paid"] for number in (first, second)]
    assert paid == ["30000.00", "10000.00"]


async def test_an_allocation_is_undone_and_the_entry_waits_again(
    payer: Payer, customer: Browser
) -> None:
    number = payer.invoice()
    entry = await payer.pays(f"Оплата по счёту № {number}, без НДС")
    path = f"/desk/entries/{entry['id']}"
    form = (await customer.get(path)).form("/undo")
    undone = await customer.send(f"{path}/undo", {**form, "undo-reason": "не тот счёт"})
    assert undone.leads_to == path
    assert (await payer.shown(number))["paid"] == "0.00"
    assert await status(payer, entry["id"]) == "unmatched"


async def test_money_that_is_none_of_ours_is_ignored_with_a_reason(
    payer: Payer, customer: Browser
) -> None:
    entry = await payer.pays("Проценты на остаток")
    path = f"/desk/entries/{entry['id']}"
    form = {"idempotency_key": (await customer.get(path)).form("/decision")["idempotency_key"]}
    nothing = await customer.send(f"{path}/decision", {**form, "decision-reason": "проценты"})
    assert (nothing.status, "Выберите, что это за деньги" in nothing.words) == (422, True)
    assert nothing.wrong_fields == ["as"]
    of_nobody = {**form, "decision-reason": "проценты", "as": "return", "case_id": "refund-0-1"}
    refused = await customer.send(f"{path}/decision", of_nobody)
    assert (refused.status, 'id="case_id-error"' in refused.html) == (422, True)
    endless = await customer.send(f"{path}/decision", {**of_nobody, "attempt": "9" * 5_000})
    assert (endless.status, 'id="attempt-error"' in endless.html) == (422, True)
    said = {**form, "decision-reason": "проценты банка", "as": "ignored"}
    assert (await customer.send(f"{path}/decision", said)).leads_to == path
    assert await status(payer, entry["id"]) == "ignored"


def postponing(page: Page, action: str, reason: str, **typed: str) -> dict[str, str]:
    """The form that postpones a decision, or takes that back, filled in."""
    key = page.form(f"/{action}")["idempotency_key"]
    return {"idempotency_key": key, f"{action}-reason": reason, **typed}


async def test_a_decision_is_postponed_until_a_day_and_resumed(
    payer: Payer, customer: Browser
) -> None:
    entry = await payer.pays("Оплата, письмо придёт позже")
    path, href = f"/desk/entries/{entry['id']}", f'href="/desk/entries/{entry["id"]}'
    page = await customer.get(path)
    silent = await customer.send(f"{path}/postponement", postponing(page, "postponement", ""))
    assert (silent.status, 'id="postponement-reason-error"' in silent.html) == (422, True)
    for day in (TODAY, TODAY + timedelta(days=POSTPONED_DAYS + 1), "завтра"):
        wrong = postponing(page, "postponement", "ждём письмо", until=str(day))
        refused = await customer.send(f"{path}/postponement", wrong)
        assert (refused.status, 'id="until-error"' in refused.html) == (422, True)
        assert "ждём письмо" in refused.html
    until = TODAY + timedelta(days=POSTPONED_DAYS)
    said = postponing(page, "postponement", "ждём письмо клиента", until=str(until))
    for _ in range(2):  # the same form again is the same decision
        assert (await customer.send(f"{path}/postponement", said)).leads_to == path
    shown = await customer.get(path)
    assert f"до {until:%d.%m.%Y}" in shown.words
    assert "kuznetsova" in shown.words
    assert shown.words.count("ждём письмо клиента") == 2  # now, and in what was decided
    assert href not in (await customer.get("/desk/entries")).html
    held = await customer.get("/desk/entries?status=postponed")
    assert href in held.html
    assert "/desk/entries?status=postponed" in (await customer.get("/desk")).html
    file = await customer.get("/desk/entries?status=postponed&file=csv")
    assert f"до {until:%d.%m.%Y}: ждём письмо клиента" in file.html
    back = postponing(shown, "resumption", "письмо пришло")
    assert (await customer.send(f"{path}/resumption", back)).leads_to == path
    resumed = await customer.get(path)
    assert "Ждёт решения" in resumed.words
    assert "письмо пришло" in resumed.words
    assert href in (await customer.get("/desk/entries")).html
    late = {**back, "idempotency_key": back["idempotency_key"] + "-again"}
    again = await customer.send(f"{path}/resumption", late)
    assert (again.status, "Операция не отложена" in again.words) == (409, True)


async def test_the_api_postpones_and_a_postponed_entry_is_taken_directly(payer: Payer) -> None:
    number = payer.invoice()
    entry = await payer.pays("Оплата без письма")
    path = f"/v1/bank-entries/{entry['id']}"
    until = str(TODAY + timedelta(days=1))
    body = {"as": "postponed", "reason": "ждём письмо", "until": until}
    answer = await payer.accountant.post(f"{path}/decision", body)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert (shown["status"], shown["decided_by"]) == ("unmatched", None)
    assert (shown["postponed"]["until"], shown["postponed"]["is_over"]) == (until, False)
    asked = {"status": "unmatched", "statement_id": entry["statement_id"]}
    for postponed, found in (("true", [entry["id"]]), ("false", [])):
        listed = await payer.accountant.get("/v1/bank-entries", **asked, postponed=postponed)
        assert [one["id"] for one in listed.json()["items"]] == found
    waiting = await payer.accountant.get(f"/v1/bank-statements/{entry['statement_id']}/waiting")
    assert (waiting.json()["code"], waiting.json()["waits_for"]) == ("postponed", "calendar")
    misplaced = await payer.accountant.post(f"{path}/decision", {**body, "as": "ignored"})
    assert misplaced.status_code == 422
    assert (await payer.allocated(entry, number)).status_code == 200
    taken = (await payer.accountant.get(path)).json()
    assert (taken["status"], taken["postponed"]) == ("matched", None)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.SPECIALIST, 403), (Role.OPERATOR, 200), (Role.CLIENT, 403)]
)
async def test_others_see_of_the_money_what_their_role_may(
    payer: Payer, customer: Browser, role: Role, status: int
) -> None:
    entry = await payer.pays("Перевод от Иванова Ивана")
    await customer.log_in(role, *([payer.client_id] if role is Role.CLIENT else []))
    page = await customer.get(f"/desk/entries/{entry['id']}")
    assert page.status == status
    assert "Иванова" not in page.html
    assert 'action="/desk/entries' not in page.html


async def found(customer: Browser, query: str) -> Page:
    page = await customer.get(f"/desk/entries?status=any&{query}")
    assert page.status == 200
    return page


@pytest.mark.parametrize("few", [0, FEW])
async def test_entries_are_found_by_day_sum_and_payer_together(
    payer: Payer, customer: Browser, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_list, "FEW", few)
    day = TODAY - timedelta(days=30)
    entry = await payer.pays("Оплата услуг", 1_234_567, day=day, payer_name="ООО «Ёлочка и Ко»")
    same_sum = await payer.pays("Счёт за доставку", 1_234_567, day=day, inn="7736050003")
    for query in (
        f"first_day={day}&last_day={day}&amount=12+345%2C67&payer=елоч",
        "amount=12345.67&payer=%D0%98%D0%9D%D0%9D+7707083893",
        f"direction=in&payer=«Ёлочка»&last_day={day}",
    ):
        page = await found(customer, query)
        assert f'href="/desk/entries/{entry["id"]}' in page.html, query
        assert same_sum["id"] not in page.html, query
    for query in (f"first_day={TODAY}&payer=елочка", "amount=12345.68&payer=елочка"):
        page = await found(customer, query)
        assert "Операций с таким отбором нет" in page.words
        assert 'href="/desk/entries?status=any"' in page.html


async def test_the_api_narrows_entries_as_the_desk_does(payer: Payer) -> None:
    entry = await payer.pays("Оплата", 7_654_321, payer_name="АО «Сосна»")
    asked = {"amount": "76543.21", "from": str(entry["day"]), "to": str(entry["day"])}
    for who in ("сосна", "7707083893"):
        answer = await payer.accountant.get("/v1/bank-entries", **asked, payer=who)
        assert [one["id"] for one in answer.json()["items"]] == [entry["id"]]
    other = await payer.accountant.get("/v1/bank-entries", **asked, payer="ель и сосна")
    assert other.json()["items"] == []
    short = await payer.accountant.get("/v1/bank-entries", payer="«»")
    assert (short.status_code, short.json()["errors"][0]["code"]) == (422, "search_too_short")


async def test_a_filter_that_cannot_be_read_is_said_beside_its_field(
    payer: Payer, customer: Browser
) -> None:
    page = await customer.get("/desk/entries?first_day=2026-13-01&amount=много&payer=x")
    assert page.status == 422
    for name in ("first_day", "amount", "payer"):
        assert f'id="{name}-error"' in page.html
    assert 'value="много"' in page.html
    backwards = await customer.get("/desk/entries?first_day=2026-02-02&last_day=2026-02-01")
    assert (backwards.status, 'id="last_day-error"' in backwards.html) == (422, True)


async def test_a_statement_leads_to_its_own_entries_of_every_status(
    payer: Payer, customer: Browser
) -> None:
    number = payer.invoice()
    matched = await payer.pays(f"Оплата по счёту № {number}")
    other = await payer.pays("Оплата непонятно чего")
    statement = f"/desk/statements/{matched['statement_id']}"
    href = f"/desk/entries?statement={matched['statement_id']}&amp;status=any"
    for page in (await customer.get(statement), await customer.get("/desk/statements")):
        assert f'href="{href}"' in page.html
    own = await customer.get(href.replace("&amp;", "&"))
    assert f'href="/desk/entries/{matched["id"]}' in own.html
    assert other["id"] not in own.html
    waiting = await customer.get(f"/desk/entries?statement={matched['statement_id']}")
    assert matched["id"] not in waiting.html


async def test_the_operation_stands_beside_it_as_the_bank_wrote_it(
    payer: Payer, customer: Browser
) -> None:
    entry = await payer.pays("Оплата, строка в файле")
    page = await customer.get(f"/desk/entries/{entry['id']}")
    lines = page.html.partition('id="lines"')[2].partition("</table>")[0]
    assert "СекцияДокумент" in lines
    assert "Оплата, строка в файле" in lines
    assert lines.count("КонецДокумента") == 1
    await customer.log_in(Role.OPERATOR)
    watched = await customer.get(f"/desk/entries/{entry['id']}")
    assert "КонецДокумента" not in watched.html
