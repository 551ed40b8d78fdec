"""What a caller hears while something of ours is away, and that a repeat then finishes the job."""

from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import uuid4

import httpx2
from temporalio.client import Client

from db.database import Database
from gateways.acquirer import AcquirerGateway
from starter.api.app import create_app
from tests.books import Line
from tests.starter.refund.shop import Case, Shop, code_of
from worker import build_mail, build_worker

DEADLINE_SECONDS = 10.0


async def test_a_request_without_a_worker_is_finished_by_its_repeat_once_there_is_one(
    shop: Shop, database: Database, temporal: Client
) -> None:
    settings = shop.settings.model_copy(update={"task_queue": f"nobody-{uuid4().hex}"})

    async def connect() -> Client:
        return temporal

    app = create_app(settings, database, connect)
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(
            httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app),
                base_url="http://api",
                timeout=DEADLINE_SECONDS,
            )
        )
        number = await shop.invoice(Line())
        client = replace(shop.client_of(number), http=http, once=True)
        key, body = uuid4().hex, {"invoice_number": number}
        away = await client.post("/v1/refunds", body, key=key)
        assert (away.status_code, code_of(away)) == (503, "no_worker")
        assert away.headers["retry-after"]
        acquirer = AcquirerGateway(settings.acquirer_url, "shop", "key")
        stack.push_async_callback(acquirer.aclose)
        await stack.enter_async_context(
            build_worker(temporal, settings, database, acquirer, build_mail(settings))
        )
        done = await client.post("/v1/refunds", body, key=key)
        assert done.status_code == 201, done.text
        case = Case(shop, client, done.json()["id"])
        assert [row["number"] for row in (await case.read())["timeline"]] == [1, 2]


async def test_without_temporal_reads_are_served_and_a_signature_is_finished_later(
    shop: Shop, database: Database
) -> None:
    case = await shop.opened(Line())
    await case.drawn_up()
    code, key = await case.code(), uuid4().hex

    async def connect() -> Client:
        raise RuntimeError("no server there")

    app = create_app(shop.settings, database, connect)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://api"
    ) as http:
        cut_off = Case(shop, replace(case.client, http=http, once=True), case.id)
        away = await cut_off.sign(code, key=key)
        assert (away.status_code, code_of(away)) == (503, "temporal_unavailable")
        seen = await cut_off.read()
        assert (seen["status"], seen["statement"]["signature"]["method"]) == (
            "awaiting_statement",
            "one_time_code",
        )
        other = await cut_off.sign(code)
        assert (other.status_code, code_of(other)) == (422, "code_used")
    done = await case.sign(code, key=key)
    assert (done.status_code, done.json()["status"]) == (200, "under_review")
    assert case.papers()["signatures"] == 1
