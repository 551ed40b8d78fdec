"""A client at the biggest tariff asks for more; the first answer counts, and brings an offer."""

import asyncio
from typing import Any

import pytest_asyncio

from domain.access.roles import Role
from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import in_days, subscribe, write_catalogue

ASKED = {"units_wanted": 5000, "text": "Нам нужно больше."}


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)


async def ask(api: Api, client_id: str, subscription_id: str, **changes: Any) -> Any:
    return await api.call(
        "POST",
        f"/v1/subscriptions/{subscription_id}/limit-requests",
        client_id=client_id,
        json={**ASKED, **changes},
    )


async def answered(api: Api, request_id: str, login: str = "petrova", **changes: Any) -> Any:
    return await api.call(
        "POST",
        f"/v1/limit-requests/{request_id}/answer",
        role=Role.SPECIALIST,
        login=login,
        json={"text": "Вот что мы можем.", **changes},
    )


def offer_body(**changes: Any) -> dict[str, Any]:
    return {
        "tariff_code": "1000",
        "units": 5000,
        "price": "150000.00",
        "valid_until": in_days(14),
        **changes,
    }


def subjects(books: Books, request_id: str, channel: str = "inbox") -> list[tuple[str, str]]:
    rows = books.rows(
        "SELECT role, template FROM notifications WHERE case_id = %(id)s AND channel = %(channel)s",
        id=f"limit-request-{request_id}",
        channel=channel,
    )
    return sorted((row.role, row.template) for row in rows)


async def test_a_request_reaches_the_specialists_and_its_answer_the_client(
    whole_api: Api, books: Books
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    asked = await ask(whole_api, client_id, subscription_id)
    assert asked.status_code == 201, asked.text
    request_id = asked.json()["id"]
    waiting = await whole_api.call("GET", "/v1/limit-requests", role=Role.SPECIALIST)
    assert request_id in [one["id"] for one in waiting.json()["items"]]
    assert subjects(books, request_id) == [("specialist", "staff_limit_requested")]
    answer = await answered(whole_api, request_id)
    assert (answer.status_code, answer.json()["status"]) == (200, "answered")
    assert ("client", "renewal_limit_answered") in subjects(books, request_id)
    own = await whole_api.call("GET", f"/v1/limit-requests/{request_id}", client_id=client_id)
    assert own.json()["answer"] == "Вот что мы можем."
    waiting = await whole_api.call("GET", "/v1/limit-requests", role=Role.SPECIALIST)
    assert request_id not in [one["id"] for one in waiting.json()["items"]]
    every = await whole_api.call("GET", "/v1/limit-requests?open_only=false", role=Role.SPECIALIST)
    assert request_id in [one["id"] for one in every.json()["items"]]


async def test_an_answer_may_bring_an_offer_that_holds_at_once(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    request_id = (await ask(whole_api, client_id, subscription_id)).json()["id"]
    answer = await answered(whole_api, request_id, offer=offer_body())
    assert answer.json()["offer"]["units"] == 5000
    path = f"/v1/subscriptions/{subscription_id}/offers"
    items = (await whole_api.call("GET", path, client_id=client_id)).json()["items"]
    (individual,) = [one for one in items if one["offer"] == "individual"]
    assert individual["price"] == "150000.00"
    assert individual["individual_offer_id"] == answer.json()["offer"]["id"]
    inbox = (await whole_api.call("GET", "/v1/inbox", client_id=client_id)).json()["items"]
    assert f"/limit-requests/{request_id}" in inbox[0]["text"]


async def test_of_two_answers_at_once_one_counts_and_the_other_is_refused(
    whole_api: Api, books: Books
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    request_id = (await ask(whole_api, client_id, subscription_id)).json()["id"]
    answers = await asyncio.gather(
        *(answered(whole_api, request_id, login, offer=offer_body()) for login in ("one", "two"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (refused,) = [answer for answer in answers if answer.status_code == 409]
    assert refused.json()["code"] == "limit_request_answered"
    made = books.rows(
        "SELECT FROM individual_offers WHERE subscription_id = %(id)s", id=subscription_id
    )
    assert len(made) == 1
    late = await answered(whole_api, request_id, "three")
    assert (late.status_code, late.json()["code"]) == (409, "limit_request_answered")


async def test_an_answer_is_taken_once_however_often_it_is_sent(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    request_id = (await ask(whole_api, client_id, subscription_id)).json()["id"]
    path = f"/v1/limit-requests/{request_id}/answer"
    said = {"text": "Да."}
    tries = [
        await whole_api.call("POST", path, role=Role.SPECIALIST, key=f"{request_id}-1", json=said)
        for _ in range(2)
    ]
    assert [one.status_code for one in tries] == [200, 200]
    assert tries[0].json() == tries[1].json()


async def test_one_request_of_a_subscription_is_open_at_a_time(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    first = await ask(whole_api, client_id, subscription_id)
    second = await ask(whole_api, client_id, subscription_id, units_wanted=6000)
    assert (second.status_code, second.json()["code"]) == (409, "limit_request_open")
    assert second.headers["Location"] == first.headers["Location"]
    await answered(whole_api, first.json()["id"])
    assert (await ask(whole_api, client_id, subscription_id)).status_code == 201


async def test_two_requests_at_once_meet_in_one(whole_api: Api, books: Books) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    answers = await asyncio.gather(*(ask(whole_api, client_id, subscription_id) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    open_ones = books.rows(
        "SELECT FROM limit_requests WHERE subscription_id = %(id)s", id=subscription_id
    )
    assert len(open_ones) == 1


async def test_one_command_that_comes_twice_at_once_is_one_request(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    path = f"/v1/subscriptions/{subscription_id}/limit-requests"
    answers = await asyncio.gather(
        *(
            whole_api.call("POST", path, client_id=client_id, key=f"{client_id}-1", json=ASKED)
            for _ in range(3)
        )
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_where_a_bigger_tariff_is_sold_no_request_is_needed(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400")
    answer = await ask(whole_api, client_id, subscription_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "limit_not_biggest")


async def test_more_is_asked_for_than_there_is(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    answer = await ask(whole_api, client_id, subscription_id, units_wanted=1000)
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, "limit_too_small")


async def test_a_request_is_its_own_clients(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    other, _ = await subscribe(whole_api)
    assert (await ask(whole_api, other, subscription_id)).status_code == 404
    request_id = (await ask(whole_api, client_id, subscription_id)).json()["id"]
    stranger = await whole_api.call("GET", f"/v1/limit-requests/{request_id}", client_id=other)
    assert stranger.status_code == 404


async def test_an_answers_offer_is_checked_like_any(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    request_id = (await ask(whole_api, client_id, subscription_id)).json()["id"]
    wrong = offer_body(tariff_code="free", valid_until=in_days(-1))
    answer = await answered(whole_api, request_id, offer=wrong)
    found = [(error["code"], error["pointer"]) for error in answer.json()["errors"]]
    assert found == [
        ("tariff_is_free", "/offer/tariff_code"),
        ("offer_over", "/offer/valid_until"),
    ]
