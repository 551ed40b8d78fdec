"""A credit date in a year without a calendar: the case waits, an operator confirms, it goes on."""

import asyncio
from collections.abc import Mapping
from subprocess import CompletedProcess

from domain.access.roles import Role
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Case, Shop
from tests.starter.test_cli import starter

FAR = 366
"""Bank days that the bank may take: a year has about 247, so they end where no decree is."""
UNCOVERED = 2028


async def test_a_credit_date_in_an_uncovered_year_waits_for_the_operator_and_goes_on(
    shop: Shop,
) -> None:
    shop.lengthen("completed", FAR)
    cases = [await accepted(shop), await accepted(shop)]
    for case in cases:
        await until_listed(shop, case)
        assert await case.status() == "paying"
    operator = shop.staff(Role.OPERATOR)
    told = (await operator.get(f"{cases[0].path}/waiting")).json()
    assert (told["code"], told["waits_for"]) == ("step_failed", "operator")
    assert told["failure"]["kind"] == "CalendarNotCovered"
    assert told["failure"]["waits_for_operator"] is True
    assert told["next_timer"]["kind"] == "retry"
    counted = {"start": "2026-11-21", "count": FAR}
    uncovered = await operator.get("/v1/bank-days", **counted)
    assert (uncovered.status_code, uncovered.json()["code"]) == (422, "calendar_not_covered")

    reason = {"reason": "Постановление на 2028 год"}
    confirmed = await operator.put(f"/v1/calendar/years/{UNCOVERED}", reason)
    assert confirmed.json()["confirmed_year"] == UNCOVERED
    assert (await operator.get("/v1/bank-days", **counted)).json()["date"].startswith("2028-")

    retried = await command(shop, "retry", cases[0].id, "--by", "olga")
    assert (retried.returncode, retried.stdout) == (0, "told: 1\n")
    await cases[0].until("completed")
    assert await cases[1].status() == "paying"
    assert (await command(shop, "retry", "--all", "--by", "olga")).returncode == 0
    await cases[1].until("completed")
    for case in cases:
        shown = await case.read()
        count = {"start": shown["paid_on"], "count": FAR}
        assert shown["credit_by"] == (await operator.get("/v1/bank-days", **count)).json()["date"]
    await until_listed(shop, *cases, listed=False)


async def accepted(shop: Shop) -> Case:
    case = await (await shop.opened(Line())).signed()
    assert (await case.by(Role.SPECIALIST, "acceptance")).status_code == 200
    return case


async def command(shop: Shop, *arguments: str) -> CompletedProcess[str]:
    return await asyncio.to_thread(starter, *arguments, **temporal_of(shop))


def temporal_of(shop: Shop) -> Mapping[str, str]:
    return {
        "TEMPORAL_ADDRESS": shop.temporal.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": shop.temporal.namespace,
    }


async def until_listed(shop: Shop, *cases: Case, listed: bool = True) -> None:
    """Returns once `needs-operator` shows these cases, or none of them."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            shown = await command(shop, "needs-operator", "--limit", "1000")
            lines = dict(line.split("\t", 1) for line in shown.stdout.splitlines() if "\t" in line)
            assert shown.returncode == (1 if lines else 0), shown.stderr
            if all((case.id in lines) is listed for case in cases):
                break
    if listed:
        assert all(lines[case.id].startswith("paying\tbank\t") for case in cases)
