"""After a decision the next of the same queue follows, by a button or by a link."""

import html
import re
from urllib.parse import urlencode
from uuid import uuid4

import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from starter.web.desk.following import ENTRIES, LIMIT_REQUESTS, NEXT, REFUNDS
from tests.books import Books
from tests.starter.banking.test_incoming_money import Payer
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.caller import Api
from tests.starter.refund.credited import inquired
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Shop
from tests.starter.renewal.ordered import write_own_account
from tests.starter.subscription.registered import write_catalogue
from tests.starter.subscription.test_limit_request import ask
from tests.starter.web.browser import Browser, Page
from tests.starter.web.subscribed import visitor

FOLLOWING = "Следующее в очереди"


@pytest_asyncio.fixture(scope="module")
async def bookkeeping(shop: Shop, database: Database) -> Bookkeeping:
    found = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await found.write_own_account()
    return found


def _key(page: Page, ending: str) -> str:
    return str(re.findall(rf'name="idempotency_key" value="([^"]+{ending})"', page.html)[0])


async def test_after_money_is_set_aside_the_next_entry_follows(
    bookkeeping: Bookkeeping, customer: Browser
) -> None:
    payer = Payer(bookkeeping)
    payer.invoice()
    entries = [await payer.pays(f"Оплата без номера {n}") for n in "абв"]
    own = {ENTRIES.page_of(one["id"]) for one in entries}
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    path = ENTRIES.page_of(entries[0]["id"])
    said = {"as": "ignored", "decision-reason": "Не наше"}
    page = await customer.get(path)
    assert FOLLOWING not in page.words
    form = {"idempotency_key": _key(page, "-decision"), **said, NEXT: "yes"}
    led = await customer.send(f"{path}/decision", form)
    assert led.leads_to in own - {path}
    settled = await customer.get(path)
    assert FOLLOWING in settled.words
    await customer.log_in(Role.OPERATOR)
    watched = await customer.get(path)
    assert FOLLOWING not in watched.words
    assert "Решает бухгалтер: у вашей роли этого права нет" in watched.words


async def test_after_a_request_is_answered_the_longest_waiting_one_follows(
    customer: Browser, whole_api: Api
) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)
    asked = []
    for _ in range(2):
        someone = await visitor(customer, whole_api, "1000", ends=60)
        sent = await ask(whole_api, someone.of.client_id, someone.of.subscription_id, text="Ещё")
        asked.append(LIMIT_REQUESTS.page_of(sent.json()["id"]))
    await customer.log_in(Role.SPECIALIST, login="orlova")
    first, second = asked
    form = (await customer.get(first)).form("/answer")
    led = await customer.send(f"{first}/answer", {**form, "text": "Пока нет"})
    assert led.leads_to.startswith(f"{LIMIT_REQUESTS.path}/")
    assert led.leads_to != first
    form = (await customer.get(second)).form("/answer")
    del form[NEXT]
    stays = await customer.send(f"{second}/answer", {**form, "text": "Пока нет"})
    assert stays.leads_to == second
    settled = await customer.get(second)
    assert (FOLLOWING in settled.words) == (
        "Ждёт ответа" in (await customer.get(LIMIT_REQUESTS.path)).words
    )


@pytest.mark.parametrize(("role", "offers"), [(Role.SPECIALIST, True), (Role.OPERATOR, False)])
async def test_a_refund_that_waits_for_others_leads_to_what_waits_for_me(
    customer: Browser, shop: Shop, role: Role, offers: bool
) -> None:
    mine = await (await shop.opened(SUBSCRIPTION)).signed()
    others = await shop.opened(SUBSCRIPTION)
    await customer.log_in(role)
    page = await customer.get(f"/desk/refunds/{others.id}")
    assert (FOLLOWING in page.words) == offers
    assert FOLLOWING not in (await customer.get(f"/desk/refunds/{mine.id}")).words


async def test_after_an_inquiry_the_next_inquiry_follows_and_not_any_refund(
    customer: Browser, shop: Shop, database: Database, books: Books
) -> None:
    first, second = [await inquired(shop, database, books) for _ in range(2)]
    await customer.log_in(Role.ACCOUNTANT)
    path = REFUNDS.page_of(first.id)
    key = _key(await customer.get(path), "-answer_inquiry")
    said = {"idempotency_key": key, "answer_inquiry-reason": "Назовите банку RRN.", NEXT: "yes"}
    led = await customer.send(f"{path}/inquiry/answer", said)
    waiting = books.row(
        "SELECT id FROM refunds WHERE status = 'inquiry' ORDER BY wait_until, id LIMIT 1"
    )
    assert led.leads_to == REFUNDS.page_of(waiting.id)
    assert (await second.read())["status"] == "inquiry"


async def listed(customer: Browser, address: str) -> list[str]:
    """Where the rows of a list lead to."""
    found = re.findall(r'<td class="whole"><a href="([^"]+)"', (await customer.get(address)).html)
    return [html.unescape(one) for one in found]


async def test_the_next_refund_is_one_of_the_list_that_one_came_from(
    customer: Browser, shop: Shop
) -> None:
    mark = f"фильтров{uuid4().hex[:8]}"
    for name in (mark, mark, "другой клиент"):
        case = await shop.opened(SERVICE)
        shop.books.connection.execute(
            "UPDATE clients SET name = %s WHERE id = (SELECT client_id FROM refunds WHERE id = %s)",
            (name, case.id),
        )
    await customer.log_in(Role.SPECIALIST, login="orlova")
    query = urlencode({"turn": "specialist", "status": "awaiting_specialist", "q": mark})
    whole = f"{REFUNDS.path}?{query}"
    first, second = await listed(customer, whole)
    assert first.endswith(f"?{query}")
    for path, leads_to in ((first, second), (second, whole)):
        page = await customer.get(path)
        assert f'<a href="{html.escape(whole)}">' in page.html
        form = {**page.form("/decline"), "decline-reason": "Не наша услуга", NEXT: "yes"}
        address = f"{path.partition('?')[0]}/decline"
        silent = await customer.send(address, {**form, "decline-reason": ""})
        assert f'name="filter" value="{html.escape(query)}"' in silent.html
        assert (await customer.send(address, form)).leads_to == leads_to


@pytest.mark.parametrize("said", ["status=nonsense", "q=%00", "after=1&x=<b>", "turn=client"])
async def test_a_filter_that_is_none_leads_on_by_whose_turn_it_is(
    customer: Browser, shop: Shop, said: str
) -> None:
    case, _ = [await shop.opened(SERVICE) for _ in range(2)]
    await customer.log_in(Role.SPECIALIST, login="orlova")
    form = (await customer.get(REFUNDS.page_of(case.id))).form("/decline")
    asked = {**form, "decline-reason": "Не наша услуга", NEXT: "yes", "filter": said}
    led = (await customer.send(f"{REFUNDS.page_of(case.id)}/decline", asked)).leads_to
    assert led.startswith(f"{REFUNDS.path}/refund-")
    assert (await customer.get(led)).status == 200


async def test_the_next_entry_is_one_of_the_list_that_one_came_from(
    bookkeeping: Bookkeeping, customer: Browser
) -> None:
    payer, mark = Payer(bookkeeping), f"фильтров{uuid4().hex[:8]}"
    payer.invoice()
    for words in (mark, mark, "другое"):
        await payer.pays(f"Оплата без номера {words} {uuid4().hex[:4]}")
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    query = urlencode({"status": "unmatched", "direction": "in", "payer": mark})
    whole = f"{ENTRIES.path}?{query}"
    first, second = await listed(customer, whole)
    for path, leads_to in ((first, second), (second, whole)):
        page = await customer.get(path)
        said = {"as": "ignored", "decision-reason": "Не наше", NEXT: "yes"}
        form = {**page.form("/decision"), **said}
        address = f"{path.partition('?')[0]}/decision"
        assert (await customer.send(address, form)).leads_to == leads_to
    stays = await customer.get(second)
    assert f'<a href="{html.escape(whole)}">' in stays.html
