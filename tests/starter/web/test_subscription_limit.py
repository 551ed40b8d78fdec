"""A client at the biggest tariff asks for more on a page, and reads the answer there."""

import asyncio
from uuid import uuid4

import pytest
import pytest_asyncio

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.renewal.ordered import subscriber, write_own_account
from tests.starter.subscription.registered import in_days, write_catalogue
from tests.starter.subscription.test_limit_request import answered, ask, offer_body
from tests.starter.web.browser import Browser, Page
from tests.starter.web.subscribed import Visitor, visitor

ASKED = {"units_wanted": "5 000", "text": "Нам нужно больше:\nдва филиала."}
HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}{company}"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


async def send(someone: Visitor, **changes: str) -> Page:
    """The form of a request as its page has it, filled in and sent."""
    form = (await someone.page("/limit-request")).form("/limit-requests")
    return await someone.browser.send(
        f"{someone.page_path}/limit-requests", {**form, **ASKED, **changes}
    )


async def test_a_request_waits_on_its_page_and_the_answer_comes_with_an_offer(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    sent = await send(someone)
    assert sent.status == 303
    page = await customer.get(sent.leads_to)
    assert "Ждёт ответа специалиста" in page.words
    assert "Нам нужно больше:\nдва филиала." in page.html
    assert (await someone.page("/limit-request")).leads_to == sent.leads_to
    request_id = sent.leads_to.rpartition("/")[2]
    await answered(whole_api, request_id, offer=offer_body())
    page = await customer.get(sent.leads_to)
    assert "Отвечено" in page.words
    assert "Вот что мы можем." in page.words
    assert "5 000 записей за 150 000,00 ₽" in page.words.replace("\u00a0", " ")
    link = page.html.split('button-main" href="')[1].split('"')[0].replace("&amp;", "&")
    form = (await customer.get(link)).form("/orders")
    assert (form["offer"], form["price"]) == ("individual", "15000000")


async def test_an_offer_that_has_expired_is_not_ordered(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    sent = await send(someone)
    request_id, answer_id = sent.leads_to.rpartition("/")[2], str(uuid4())
    offered = {"tariff_code": "1000", "units": 5000, "price_kopecks": 1, "valid_until": in_days(-1)}
    written = {"text": "Вот.", "written_by": "petrova", "written_at": in_days(-9)}
    books.put("limit_answers", id=answer_id, limit_request_id=request_id, **offered, **written)
    books.connection.execute(
        "UPDATE limit_requests SET answer_id = %s, answered_at = now() WHERE id = %s",
        (answer_id, request_id),
    )
    page = await customer.get(sent.leads_to)
    assert "Срок предложения закончился" in page.words
    assert "Продолжить оформление" not in page.words


async def test_two_clicks_at_once_are_one_request(
    customer: Browser, whole_api: Api, books: Books
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    form = (await someone.page("/limit-request")).form("/limit-requests")
    path = f"{someone.page_path}/limit-requests"
    answers = await asyncio.gather(*(customer.send(path, {**form, **ASKED}) for _ in range(3)))
    assert {answer.status for answer in answers} == {303}
    rows = books.rows(
        "SELECT FROM limit_requests WHERE subscription_id = %(id)s", id=someone.of.subscription_id
    )
    assert len(rows) == 1


async def test_the_second_of_two_tabs_is_led_to_the_request_of_the_first(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    tabs = [(await someone.page("/limit-request")).form("/limit-requests") for _ in range(2)]
    path = f"{someone.page_path}/limit-requests"
    first, second = [await customer.send(path, {**one, **ASKED}) for one in tabs]
    assert (first.status, second.status) == (303, 409)
    assert "уже рассматривается" in second.words
    assert f'href="{first.leads_to}"' in second.html


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"units_wanted": "много"}, "units_wanted", "Укажите целое число больше нуля"),
        ({"units_wanted": ""}, "units_wanted", "Укажите целое число больше нуля"),
        ({"units_wanted": "0"}, "units_wanted", "Укажите целое число больше нуля"),
        ({"units_wanted": "99999999999"}, "units_wanted", "Укажите целое число больше нуля"),
        ({"units_wanted": "1000"}, "units_wanted", "больше, чем есть сейчас: 1000"),
        ({"text": " \n "}, "text", "Укажите это поле"),
        ({"text": "Я" * 2001}, "text", "Значение слишком длинное"),
        ({"text": "один\x07два"}, "text", "управляющие знаки"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    customer: Browser, whole_api: Api, changes: dict[str, str], field: str, text: str
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    refused = await send(someone, **changes)
    assert refused.status == 422
    error = refused.html.split(f'id="{field}-error">')[1].split("<")[0]
    assert text in error
    assert refused.form("/limit-requests")["units_wanted"] == {**ASKED, **changes}["units_wanted"]
    assert {**ASKED, **changes}["text"].strip() in refused.html


async def test_where_a_bigger_tariff_is_sold_it_is_shown_instead(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "400", ends=60)
    page = await someone.page("/limit-request")
    assert "Есть тариф больше вашего" in page.words
    assert f'href="{someone.page_path}/tariffs"' in page.html
    sent = await customer.send(
        f"{someone.page_path}/limit-requests", {**ASKED, "idempotency_key": "no-form-of-ours"}
    )
    assert (sent.status, "Есть тариф больше вашего" in sent.words) == (409, True)


async def test_without_a_running_term_there_is_no_limit_to_raise(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, None)
    page = await someone.page("/limit-request")
    assert "пока действует платная подписка" in page.words


async def test_another_clients_request_is_not_there(customer: Browser, whole_api: Api) -> None:
    theirs = await subscriber(whole_api, "1000")
    request_id = (await ask(whole_api, theirs.client_id, theirs.subscription_id)).json()["id"]
    someone = await visitor(customer, whole_api, "1000", ends=60)
    assert (await customer.get(f"/limit-requests/{request_id}")).status == 404
    form = (await someone.page("/limit-request")).form("/limit-requests")
    sent = await customer.send(
        f"/subscriptions/{theirs.subscription_id}/limit-requests", {**form, **ASKED}
    )
    assert sent.status == 404
    await customer.log_in(Role.CLIENT, theirs.client_id)
    assert (await customer.get(f"/limit-requests/{request_id}")).status == 200


async def test_a_hostile_request_and_answer_are_only_ever_text(
    customer: Browser, whole_api: Api
) -> None:
    someone = await visitor(customer, whole_api, "1000", ends=60)
    sent = await send(someone, text=HOSTILE)
    await answered(whole_api, sent.leads_to.rpartition("/")[2], text=HOSTILE)
    page = await customer.get(sent.leads_to)
    assert "<script>alert" not in page.html
    assert (
        page.html.count("&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;{{ 7 * 7 }}{company}") == 2
    )
