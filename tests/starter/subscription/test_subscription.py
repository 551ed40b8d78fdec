"""Subscriptions: registered once, with a running term whose case begins at once."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio

from tests.books import Books
from tests.starter.caller import Api
from tests.starter.registered import register_client
from tests.starter.registered import write_invoice as write_invoice_of
from tests.starter.subscription.registered import (
    LONG_AGO,
    in_days,
    subscribe,
    term_body,
    write_catalogue,
    write_subscription,
)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)


def refused(answer: Any) -> tuple[int, list[tuple[str, str]]]:
    errors = answer.json().get("errors", [])
    return answer.status_code, [(error["code"], error["pointer"]) for error in errors]


async def read(api: Api, subscription_id: str, client_id: str) -> Any:
    answer = await api.call("GET", f"/v1/subscriptions/{subscription_id}", client_id=client_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_without_a_term_the_client_is_on_the_free_tariff(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api)
    found = await read(whole_api, subscription_id, client_id)
    assert (found["terms"], found["case"], found["usage"]) == ([], None, None)
    assert (found["indicator"]["level"], found["indicator"]["code"]) == ("none", "no_term")


async def test_a_running_term_is_watched_by_its_case_at_once(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400", ends=60)
    found = await read(whole_api, subscription_id, client_id)
    (term,) = found["terms"]
    assert (term["state"], term["tariff_code"], term["units"]) == ("running", "400", 400)
    assert (term["starts_on"], term["ends_on"]) == (in_days(LONG_AGO), in_days(60))
    assert found["case"]["id"] == f"renewal-{subscription_id}-{in_days(60)}"
    assert (found["case"]["status"], found["case"]["title"]) == ("watching", "Подписка действует")
    assert found["indicator"]["code"] == "runs"


async def test_the_same_again_changes_nothing_and_a_new_title_renames(
    whole_api: Api, books: Books
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400")
    for title in ("Компас", "Компас: Ромашка"):
        again = await write_subscription(
            whole_api, client_id, subscription_id, title=title, term=term_body("400")
        )
        assert (again.status_code, again.json()["title"]) == (200, title)
    params = {"id": subscription_id}
    assert len(books.rows("SELECT FROM terms WHERE subscription_id = %(id)s", **params)) == 1
    assert len(books.rows("SELECT FROM renewals WHERE subscription_id = %(id)s", **params)) == 1


async def test_a_term_within_the_grace_is_taken_and_one_that_is_long_over_is_not(
    whole_api: Api,
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400", ends=-14)
    found = await read(whole_api, subscription_id, client_id)
    assert (found["indicator"]["level"], found["indicator"]["code"]) == ("red", "lapsed")
    late = await write_subscription(whole_api, client_id, term=term_body("400", ends=-15))
    assert refused(late) == (422, [("term_over", "/term/ends_on")])


@pytest.mark.parametrize(
    ("term", "code", "pointer"),
    [
        (term_body("free"), "tariff_is_free", "/term/tariff_code"),
        (term_body("never-sold"), "tariff_unknown", "/term/tariff_code"),
        (term_body("400", starts=1, ends=200), "term_not_begun", "/term/starts_on"),
        (term_body("400", starts=-3, ends=-4), "period_malformed", "/term/ends_on"),
        (
            {**term_body("400"), "invoice_number": "no-such-invoice"},
            "invoice_unknown",
            "/term/invoice_number",
        ),
    ],
)
async def test_a_term_that_cannot_be_is_refused_with_its_field_and_nothing_is_stored(
    whole_api: Api, books: Books, term: dict[str, Any], code: str, pointer: str
) -> None:
    client_id = await register_client(whole_api)
    answer = await write_subscription(whole_api, client_id, term=term)
    assert refused(answer) == (422, [(code, pointer)])
    stored = books.rows("SELECT FROM subscriptions WHERE client_id = %(id)s", id=client_id)
    assert stored == []


async def test_a_term_may_name_an_invoice_of_its_own_client_only_and_once(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api)
    own = await write_invoice_of(whole_api, client_id)
    others = await write_invoice_of(whole_api, await register_client(whole_api))
    term = term_body("400")
    foreign = await write_subscription(
        whole_api, client_id, subscription_id, term={**term, "invoice_number": others}
    )
    assert refused(foreign) == (422, [("invoice_unknown", "/term/invoice_number")])
    right = await write_subscription(
        whole_api, client_id, subscription_id, term={**term, "invoice_number": own}
    )
    assert right.json()["terms"][0]["invoice_number"] == own
    taken = await write_subscription(whole_api, client_id, term={**term, "invoice_number": own})
    assert (taken.status_code, taken.json()["code"]) == (409, "term_invoice_taken")


@pytest.mark.parametrize(
    ("term", "code"),
    [
        (term_body("400", ends=8), "term_overlaps"),
        (term_body("100"), "term_overlaps"),
        (term_body("400", starts=-10, ends=100), "term_overlaps"),
        (term_body("400", starts=-320, ends=-301), "term_over"),
    ],
)
async def test_terms_of_a_subscription_never_overlap(
    whole_api: Api, term: dict[str, Any], code: str
) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400")
    answer = await write_subscription(whole_api, client_id, subscription_id, term=term)
    codes = [answer.json()["code"], *(one["code"] for one in answer.json().get("errors", []))]
    assert code in codes


async def test_a_term_that_another_one_follows_is_not_registered_any_more(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "400", starts=-5, ends=300)
    late = term_body("400", starts=-300, ends=-6)
    answer = await write_subscription(whole_api, client_id, subscription_id, term=late)
    assert (answer.status_code, answer.json()["code"]) == (409, "term_not_the_last")


async def test_of_many_registrations_at_once_one_is_the_first(whole_api: Api) -> None:
    client_id = await register_client(whole_api)
    for number in range(5):
        name = f"{client_id[-12:]}-{number}"
        answers = await asyncio.gather(
            *(write_subscription(whole_api, client_id, name) for _ in range(6))
        )
        assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]


async def test_a_subscription_stays_its_clients(whole_api: Api) -> None:
    _, subscription_id = await subscribe(whole_api)
    other = await register_client(whole_api)
    answer = await write_subscription(whole_api, other, subscription_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "subscription_differs")
    unknown = await write_subscription(whole_api, "nobody-knows")
    assert refused(unknown) == (422, [("client_unknown", "/client_id")])


async def test_a_client_sees_its_own_subscriptions_only(whole_api: Api) -> None:
    client_id, subscription_id = await subscribe(whole_api, "1000")
    other, _ = await subscribe(whole_api)
    path = f"/v1/subscriptions/{subscription_id}"
    for sub_path in ("", "/offers", "/indicator"):
        stranger = await whole_api.call("GET", path + sub_path, client_id=other)
        assert stranger.status_code == 404
    own = (await whole_api.call("GET", "/v1/subscriptions", client_id=client_id)).json()["items"]
    assert [(one["id"], one["tariff_code"]) for one in own] == [(subscription_id, "1000")]


async def test_subscriptions_are_listed_in_pages_by_id(whole_api: Api) -> None:
    client_id = await register_client(whole_api)
    ids = [f"{client_id[-12:]}-{number}" for number in range(3)]
    for name in ids:
        await write_subscription(whole_api, client_id, name)
    page = f"/v1/subscriptions?client_id={client_id}&limit=2"
    first = (await whole_api.call("GET", page)).json()
    rest = (await whole_api.call("GET", f"{page}&cursor={first['next']}")).json()
    assert [one["id"] for one in [*first["items"], *rest["items"]]] == ids
    assert rest["next"] is None


async def test_the_indicator_is_small_and_says_how_long_it_may_be_kept(whole_api: Api) -> None:
    _, subscription_id = await subscribe(whole_api, "400", ends=20)
    answer = await whole_api.call("GET", f"/v1/subscriptions/{subscription_id}/indicator")
    assert (answer.json()["level"], answer.json()["code"]) == ("yellow", "ends_soon")
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    english = await whole_api.call(
        "GET",
        f"/v1/subscriptions/{subscription_id}/indicator",
        headers={"Accept-Language": "en"},
    )
    assert english.json()["sentence"].startswith("The subscription runs until")


async def test_a_term_registered_while_temporal_is_away_is_watched_after_a_repeat(
    api: Api, whole_api: Api, books: Books
) -> None:
    client_id = await register_client(api)
    name = f"{client_id[-12:]}-away"
    body = {"client_id": client_id, "title": "Компас", "term": term_body("400")}
    path, key = f"/v1/subscriptions/{name}", f"key-{name}"
    away = await api.call("PUT", path, key=key, json=body)
    assert (away.status_code, away.json()["code"]) == (503, "temporal_unavailable")
    repeated = await whole_api.call("PUT", path, key=key, json=body)
    assert repeated.json()["case"]["status"] == "watching"
    assert len(books.rows("SELECT FROM terms WHERE subscription_id = %(id)s", id=name)) == 1
