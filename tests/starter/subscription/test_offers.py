"""Offers over HTTP: what fits, with price, days and the reason, and what a specialist offers."""

from typing import Any

import pytest
import pytest_asyncio

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import in_days, subscribe, write_catalogue
from tests.starter.subscription.test_usage import report


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)


async def offered(api: Api, client_id: str, subscription_id: str) -> Any:
    path = f"/v1/subscriptions/{subscription_id}/offers"
    answer = await api.call("GET", path, client_id=client_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


def individual_body(**changes: Any) -> dict[str, Any]:
    return {
        "tariff_code": "1000",
        "units": 3000,
        "price": "90000.00",
        "valid_until": in_days(10),
        "reason": "Объём по вашей просьбе.",
        **changes,
    }


async def make_individual(api: Api, subscription_id: str, **changes: Any) -> Any:
    return await api.call(
        "POST",
        f"/v1/subscriptions/{subscription_id}/individual-offers",
        role=Role.SPECIALIST,
        json=individual_body(**changes),
    )


async def test_who_never_bought_anything_is_offered_tariff_400_first(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api)
    found = await offered(whole_api, client_id, subscription_id)
    first = found["items"][0]
    assert (first["offer"], first["tariff_code"], first["data_set"]) == ("first", "400", "extended")
    assert (first["price"], first["vat_rate"], first["vat"]) == ("24400.00", "vat22", "4400.00")
    assert first["starts_on"] == in_days(0)
    assert found["renewal_id"] == f"renewal-{subscription_id}-first"
    assert (found["may_order"], found["may_ask_for_limit"]) == (True, False)


async def test_a_running_term_is_renewed_or_upgraded_from_the_day_after_it(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "100", ends=20)
    await report(whole_api, subscription_id, 100)
    found = await offered(whole_api, client_id, subscription_id)
    kinds = [(one["offer"], one["tariff_code"]) for one in found["items"]]
    assert kinds == [("same", "100"), ("bigger", "400"), ("another", "1000")]
    assert {one["starts_on"] for one in found["items"]} == {in_days(21)}
    assert found["items"][1]["title"] == "Улучшить подписку"
    assert found["items"][1]["reason"].startswith("Лимит тарифа (100) использован.")
    assert found["renewal_id"] == f"renewal-{subscription_id}-{in_days(20)}"
    assert found["may_order"] is True


async def test_a_lapsed_subscription_is_resumed_without_a_gap_within_the_grace(
    whole_api: Api,
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400", ends=-3)
    found = await offered(whole_api, client_id, subscription_id)
    resumed = found["items"][0]
    assert (resumed["offer"], resumed["tariff_code"]) == ("resume", "400")
    assert resumed["starts_on"] == in_days(-2)


async def test_an_individual_offer_is_shown_until_its_last_day_and_the_client_is_told(
    whole_api: Api, books: Books
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400")
    made = await make_individual(whole_api, subscription_id)
    assert made.status_code == 201, made.text
    books.put(
        "individual_offers",
        id="00000000-0000-4000-8000-0000000000aa",
        subscription_id=subscription_id,
        tariff_code="1000",
        units=1,
        price_kopecks=1,
        valid_until=in_days(-1),
        reason="вчера",
        author="petrova",
        created_at=in_days(-20),
    )
    found = await offered(whole_api, client_id, subscription_id)
    (individual,) = [one for one in found["items"] if one["offer"] == "individual"]
    assert individual["individual_offer_id"] == made.json()["id"]
    assert (individual["units"], individual["price"]) == (3000, "90000.00")
    inbox = (await whole_api.call("GET", "/v1/inbox", client_id=client_id)).json()["items"]
    assert inbox[0]["subject"] == "Персональное предложение для подписки «Компас»"
    assert f"/subscriptions/{subscription_id}/tariffs" in inbox[0]["text"]


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"tariff_code": "free"}, "tariff_is_free", "/tariff_code"),
        ({"tariff_code": "never-sold"}, "tariff_unknown", "/tariff_code"),
        ({"valid_until": in_days(-1)}, "offer_over", "/valid_until"),
        ({"units": 0}, "field_malformed", "/units"),
    ],
)
async def test_an_individual_offer_that_cannot_be_bought_is_refused(
    whole_api: Api, changes: dict[str, Any], code: str, pointer: str
) -> None:
    _, subscription_id = await subscribe(whole_api)
    answer = await make_individual(whole_api, subscription_id, **changes)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"], error["pointer"]) == (422, code, pointer)


async def test_an_individual_offer_is_made_once_however_often_it_is_sent(
    whole_api: Api, books: Books
) -> None:
    _, subscription_id = await subscribe(whole_api)
    path = f"/v1/subscriptions/{subscription_id}/individual-offers"
    for _ in range(2):
        answer = await whole_api.call(
            "POST", path, role=Role.SPECIALIST, key="one-offer", json=individual_body()
        )
        assert answer.status_code == 201
    rows = books.rows(
        "SELECT FROM individual_offers WHERE subscription_id = %(id)s", id=subscription_id
    )
    assert len(rows) == 1
