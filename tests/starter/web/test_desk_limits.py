"""A specialist answers requests for a higher limit at the desk."""

import pytest
import pytest_asyncio

from domain.access.roles import Role
from tests.starter.caller import Api
from tests.starter.renewal.ordered import write_own_account
from tests.starter.subscription.registered import in_days, write_catalogue
from tests.starter.subscription.test_limit_request import ask
from tests.starter.web.browser import Browser
from tests.starter.web.subscribed import visitor

LIST = "/desk/limit-requests"
HOSTILE = "<script>alert(1)</script>\"'{{ 7 * 7 }}{company}"


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


@pytest_asyncio.fixture
async def request_id(customer: Browser, whole_api: Api) -> str:
    """A request that waits for a specialist, who is logged in."""
    someone = await visitor(customer, whole_api, "1000", ends=60)
    client_id, subscription_id = someone.of.client_id, someone.of.subscription_id
    asked = await ask(whole_api, client_id, subscription_id, text=HOSTILE)
    assert asked.status_code == 201, asked.text
    await customer.log_in(Role.SPECIALIST, login="orlova")
    return str(asked.json()["id"])


async def test_a_request_is_answered_with_an_offer_and_leaves_the_list(
    customer: Browser, request_id: str
) -> None:
    path = f"{LIST}/{request_id}"
    assert path in (await customer.get(LIST)).html
    page = await customer.get(path)
    assert "<script>alert" not in page.html
    form = page.form("/answer")
    del form["next"]
    offered = {
        **form,
        "text": "Вот что мы можем.",
        "tariff_code": "1000",
        "units": "5 000",
        "price": "150 000,00",
        "valid_until": in_days(14),
    }
    sent = await customer.send(f"{path}/answer", offered)
    assert sent.leads_to == path
    after = (await customer.get(path)).words.replace("\u00a0", " ")
    assert "150 000,00 ₽" in after
    assert "Отправить ответ" not in after
    assert path not in (await customer.get(LIST)).html
    assert path in (await customer.get(f"{LIST}?answered=true")).html
    late = {**offered, "idempotency_key": "late", "text": HOSTILE}
    again = await customer.send(f"{path}/answer", late)
    assert (again.status, "<script>alert" in again.html) == (409, False)


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"text": ""}, "text"),
        ({"units": "5 000"}, "price"),
        (
            {"tariff_code": "1000", "units": "-1", "price": "1", "valid_until": "2030-01-01"},
            "units",
        ),
        (
            {"tariff_code": "no", "units": "5", "price": "1", "valid_until": "2030-01-01"},
            "tariff_code",
        ),
        (
            {"tariff_code": "1000", "units": "5", "price": "1", "valid_until": "2020-01-01"},
            "valid_until",
        ),
        (
            {"tariff_code": "1000", "units": "5", "price": "1", "valid_until": "завтра"},
            "valid_until",
        ),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    customer: Browser, request_id: str, typed: dict[str, str], wrong: str
) -> None:
    path = f"{LIST}/{request_id}"
    form = (await customer.get(path)).form("/answer")
    sent = await customer.send(f"{path}/answer", {**form, "text": "Ответ клиенту", **typed})
    assert (sent.status, f'id="{wrong}-error"' in sent.html) == (422, True)
    if "text" not in typed:
        assert "Ответ клиенту" in sent.words
    assert "Отправить ответ" in (await customer.get(path)).words
