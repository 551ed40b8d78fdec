"""An opening that cannot be done and is given up: the client hears it, and may ask again."""

import asyncio

from temporalio.service import RPCError

from domain.access.roles import Role
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Shop, code_of
from workflows.case.kernel import NEEDS_OPERATOR, Case
from workflows.case.resolution import Resolution, ResolutionAction

FAR = 366
"""Bank days until the statement is due: they end in a year without a calendar."""


async def test_an_opening_that_the_operator_gives_up_is_refused_and_the_next_request_opens_it(
    shop: Shop,
) -> None:
    shop.lengthen("awaiting_statement", FAR)
    number = await shop.invoice(Line())
    client, body = shop.client_of(number), {"invoice_number": number}
    asked = asyncio.create_task(client.post("/v1/refunds", body))
    await given_up(shop, f"refund-{number}-1")
    refused = await asked
    assert (refused.status_code, code_of(refused)) == (409, "aborted")
    assert (await client.get("/v1/refunds")).json()["items"] == []

    reason = {"reason": "Постановление на 2028 год"}
    await shop.staff(Role.OPERATOR).put("/v1/calendar/years/2028", reason)
    opened = await client.post("/v1/refunds", body)
    assert (opened.status_code, opened.json()["id"]) == (201, f"refund-{number}-1")


async def given_up(shop: Shop, case_id: str) -> None:
    """Gives the step up once it waits for the operator."""
    handle = shop.temporal.get_workflow_handle(case_id)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await waits(shop, case_id):  # noqa: ASYNC110 - the process is another's
            await asyncio.sleep(0.02)
    resolution = Resolution(ResolutionAction.ABORT, "olga")
    await handle.execute_update(Case.resolve_failed_step, resolution)


async def waits(shop: Shop, case_id: str) -> bool:
    try:
        described = await shop.temporal.get_workflow_handle(case_id).describe()
    except RPCError:
        return False
    return bool(described.typed_search_attributes.get(NEEDS_OPERATOR))
