"""Usage reports may come late and twice: the newest instant counts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio

from tests.books import Books
from tests.starter.caller import Api
from tests.starter.subscription.registered import subscribe, write_catalogue

NOW = datetime.now(UTC)


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)


async def report(api: Api, subscription_id: str, used: int, *, hours_ago: float = 0) -> Any:
    at = (NOW - timedelta(hours=hours_ago)).isoformat()
    return await api.call(
        "PUT",
        f"/v1/subscriptions/{subscription_id}/usage",
        json={"reported_at": at, "units_used": used},
    )


async def test_an_older_report_is_kept_and_changes_nothing(whole_api: Api, books: Books) -> None:
    _, subscription_id = await subscribe(whole_api, "400")
    assert (await report(whole_api, subscription_id, 312)).json()["units_used"] == 312
    older = await report(whole_api, subscription_id, 7, hours_ago=48)
    assert (older.status_code, older.json()["units_used"]) == (200, 312)
    stored = books.rows(
        "SELECT units_used FROM usage_reports WHERE subscription_id = %(id)s", id=subscription_id
    )
    assert sorted(row.units_used for row in stored) == [7, 312]


async def test_the_same_report_again_changes_nothing_and_another_number_is_refused(
    whole_api: Api,
) -> None:
    _, subscription_id = await subscribe(whole_api, "400")
    for _ in range(2):
        assert (await report(whole_api, subscription_id, 100, hours_ago=1)).status_code == 200
    other = await report(whole_api, subscription_id, 101, hours_ago=1)
    assert (other.status_code, other.json()["code"]) == (409, "usage_differs")


async def test_nothing_is_reported_from_the_future_or_of_a_subscription_nobody_has(
    whole_api: Api,
) -> None:
    _, subscription_id = await subscribe(whole_api)
    future = await report(whole_api, subscription_id, 1, hours_ago=-1)
    assert future.json()["errors"][0]["code"] == "reported_in_future"
    assert (await report(whole_api, "nobody-has-it", 1)).status_code == 404


async def test_what_the_whole_term_would_take_is_said_when_its_size_is_too_small(
    whole_api: Api,
) -> None:
    _, subscription_id = await subscribe(whole_api, "400", starts=-99, ends=100)
    enough = await report(whole_api, subscription_id, 198, hours_ago=1)
    assert enough.json()["units_needed"] is None
    too_much = await report(whole_api, subscription_id, 300)
    assert too_much.json()["units_needed"] == 600
