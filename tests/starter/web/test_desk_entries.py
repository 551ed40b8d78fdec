"""Money that nobody recognised, as an accountant settles it at the desk."""

import re

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
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
    assert f'href="/desk/entries/{entry["id"]}"' in listed.html
    page = await customer.get(f"/desk/entries/{entry['id']}")
    assert f"Счёт № {number}" in page.words
    assert "Зачесть 40 000,00 ₽" in page.words.replace("\xa0", " ")
    done = await customer.send(f"/desk/entries/{entry['id']}/allocation", page.form("/allocation"))
    assert done.leads_to == "/desk/entries"
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
    assert (refused.status, 'id="shares"' in refused.html) == (422, True)
    silent = await customer.send(
        f"{path}/allocation", by_hand(page, shares__0__invoice_number="нет такого")
    )
    assert 'id="reason-error"' in silent.html
    unknown = by_hand(page, shares__0__invoice_number="2001-404", **REASON)
    absent = await customer.send(f"{path}/allocation", unknown)
    assert 'id="shares.0.invoice_number-error"' in absent.html
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
    of_nobody = {**form, "decision-reason": "проценты", "as": "return", "case_id": "refund-0-1"}
    refused = await customer.send(f"{path}/decision", of_nobody)
    assert (refused.status, 'id="case_id-error"' in refused.html) == (422, True)
    endless = await customer.send(f"{path}/decision", {**of_nobody, "attempt": "9" * 5_000})
    assert (endless.status, 'id="attempt-error"' in endless.html) == (422, True)
    said = {**form, "decision-reason": "проценты банка", "as": "ignored"}
    assert (await customer.send(f"{path}/decision", said)).leads_to == "/desk/entries"
    assert await status(payer, entry["id"]) == "ignored"


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
