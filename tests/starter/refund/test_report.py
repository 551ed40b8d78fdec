"""The report on refunds: each figure counts the cases it says, and leads to them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.refund.report import Figure
from tests.books import Line
from tests.starter.refund.shop import SUBSCRIPTION, Shop, code_of

PATH = "/v1/reports/refunds"
TODAY = moscow_date(datetime.now(UTC))
HOSTILE = "=1+1<script>alert(1)</script>"


async def counts(shop: Shop, **asked: Any) -> dict[tuple[str, str], int]:
    """How many cases have each value of each figure."""
    answer = await shop.staff(Role.ACCOUNTANT).get(PATH, **asked)
    assert answer.status_code == 200, answer.text
    return {
        (figure["figure"], one["value"]): one["cases"]
        for figure in answer.json()["figures"]
        for one in figure["values"]
    }


def more(before: dict[tuple[str, str], int], after: dict[tuple[str, str], int]) -> dict[str, Any]:
    """What has been added, by figure."""
    found: dict[str, dict[str, int]] = {}
    for (figure, value), cases in sorted(after.items()):
        if cases != before.get((figure, value), 0):
            found.setdefault(figure, {})[value] = cases - before.get((figure, value), 0)
    return found


async def of_value(shop: Shop, figure: Figure, value: str) -> set[str]:
    answer = await shop.staff(Role.SPECIALIST).get(
        f"{PATH}/cases", figure=figure, value=value, limit=100
    )
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["items"]}


async def test_every_figure_counts_what_became_of_the_cases(shop: Shop) -> None:
    before = await counts(shop)
    open_one = await shop.opened(Line())
    paid = await (await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")).signed()
    remark = {"remarks": "Счёт закрыт", "fields": ["account"]}
    assert (await paid.by(Role.SPECIALIST, "return", remark)).status_code == 200
    await paid.signed()
    await paid.by(Role.SPECIALIST, "acceptance")
    await paid.until("completed")
    shop.books.connection.execute(
        "INSERT INTO feedback (refund_id, score, text, at) VALUES (%s, 4, %s, now())",
        (paid.id, HOSTILE),
    )

    added = more(before, await counts(shop))
    assert added["month"] == {f"{TODAY:%Y-%m}": 2}
    assert added["status"] == {"awaiting_statement": 1, "completed": 1}
    assert added["kind"] == {"invoice": 2}
    assert added["calculated"] == {"automatic": 2}
    assert added["remark"] == {"account": 1}
    assert added["score"] == {"4": 1}
    assert added["promise"] == {"under_way": 1}
    assert added["tariff"] == {"none": 2}
    assert added["time_in_status"]["under_review"] == 1
    assert "completed" not in added["time_in_status"]
    assert not {"payout", "requisites", "repeated"} & set(added)

    assert paid.id in await of_value(shop, Figure.REMARK, "account")
    assert open_one.id in await of_value(shop, Figure.STATUS, "awaiting_statement")
    assert open_one.id not in await of_value(shop, Figure.SCORE, "4")
    assert await of_value(shop, Figure.STATUS, "no such") == set()


async def test_stays_in_a_status_are_each_counted_and_timed(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")).signed()
    remark = {"remarks": "Счёт закрыт", "fields": ["account", "bic"]}
    await case.by(Role.SPECIALIST, "return", remark)
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    connection = shop.books.connection
    connection.execute("SET session_replication_role = replica")
    connection.execute(
        "UPDATE refunds SET opened_at = opened_at - interval '2000 days' WHERE id = %s", (case.id,)
    )
    connection.execute(
        "UPDATE refund_history AS h SET at = r.opened_at + number * number * interval '1 hour'"
        " FROM refunds AS r WHERE r.id = h.refund_id AND r.id = %s",
        (case.id,),
    )
    connection.execute("SET session_replication_role = origin")
    long_ago = TODAY - timedelta(days=2000)
    asked = {"first_day": f"{long_ago - timedelta(days=1)}", "last_day": f"{long_ago}"}
    figures = (await shop.staff(Role.OPERATOR).get(PATH, **asked)).json()["figures"]
    by_name = {one["figure"]: {v["value"]: v for v in one["values"]} for one in figures}
    reviews = by_name["time_in_status"]["under_review"]
    stays = stays_of(shop, case.id, "under_review")
    assert (reviews["cases"], reviews["events"]) == (1, 2)
    assert reviews["median_seconds"] == sum(stays) / 2
    assert min(stays) < reviews["slowest_tenth_seconds"] <= max(stays)
    assert set(by_name["remark"]) == {"account", "bic"}


def stays_of(shop: Shop, case_id: str, status: str) -> list[float]:
    """By the history, in Python: seconds of each stay."""
    rows = shop.books.rows(
        "SELECT from_status, to_status, at FROM refund_history WHERE refund_id = %(id)s"
        " ORDER BY number",
        id=case_id,
    )

    def each() -> Iterator[float]:
        since = None
        for row in rows:
            if since is not None and row.from_status == status != row.to_status:
                yield (row.at - since).total_seconds()
                since = None
            if row.to_status == status != row.from_status:
                since = row.at

    return list(each())


async def test_a_period_that_cannot_be_is_refused(shop: Shop) -> None:
    for first, last in (("2026-02-02", "2026-02-01"), ("1990-01-01", "2026-02-01")):
        asked = {"first_day": first, "last_day": last}
        refused = await shop.staff(Role.ACCOUNTANT).get(PATH, **asked)
        assert (refused.status_code, code_of(refused)) == (422, "validation")
    client = shop.client_of(await shop.invoice(Line()))
    assert (await client.get(PATH)).status_code == 403
