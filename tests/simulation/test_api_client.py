"""A command is repeated under its key while nobody knows its outcome, and for nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest

from domain.access.roles import Role
from simulation.api_client import ApiClient, Request
from simulation.expectation import Unexpected
from starter.api.http.auth import Caller
from tests.starter.caller import DEVELOPMENT_KEY

CLIENT = Caller("client", Role.CLIENT, "client")
ASKED = Request("POST", "/v1/refunds", {"invoice_number": "1"})


@asynccontextmanager
async def answering(
    *answers: int | type[Exception], outlives_processes: bool = False
) -> AsyncIterator[tuple[ApiClient, list[httpx2.Request]]]:
    """A client of an API that answers so, one after another, and what it was asked."""
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        found = answers[len(asked) - 1]
        if isinstance(found, int):
            return httpx2.Response(found, json={"status": found})
        raise found("nobody listens")

    transport = httpx2.MockTransport(answer)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api.example") as http:
        yield ApiClient(http, DEVELOPMENT_KEY, outlives_processes=outlives_processes), asked


async def test_a_command_of_unknown_outcome_is_sent_again_under_its_key() -> None:
    async with answering(202, 503, 201) as (api, asked):
        assert await api.ask(CLIENT, ASKED) == {"status": 201}
    assert {one.headers["Idempotency-Key"] for one in asked} == {ASKED.key}
    assert {one.content for one in asked} == {b'{"invoice_number":"1"}'}


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_a_refusal_and_a_failure_are_last_answers(status: int) -> None:
    async with answering(status, 201) as (api, asked):
        with pytest.raises(Unexpected, match=str(status)):
            await api.ask(CLIENT, ASKED)
    assert len(asked) == 1


async def test_whoever_outlives_processes_asks_on_and_keeps_what_nobody_should_see() -> None:
    answers = (httpx2.ConnectError, 500, 409)
    async with answering(*answers, outlives_processes=True) as (api, _):
        assert (await api.answer(CLIENT, ASKED)).status_code == 409
    assert api.heard == {"ConnectError": 1, "500": 1, "409": 1}
    assert api.broken == ["client (client) asks POST /v1/refunds: 500"]


async def test_silence_is_an_error_where_nothing_is_killed() -> None:
    async with answering(httpx2.ConnectError, 201) as (api, _):
        with pytest.raises(httpx2.ConnectError):
            await api.ask(CLIENT, ASKED)


async def test_what_is_sent_without_a_repeat_is_shown_as_it_is() -> None:
    async with answering(503, 201) as (api, asked):
        assert (await api.send(CLIENT, ASKED)).status_code == 503
    assert len(asked) == 1
