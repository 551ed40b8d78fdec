"""The acquirer gateway against servers that are dead, silent, endless or talk nonsense."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.acquirer import (
    AcquirerCredentialsRefused,
    AcquirerError,
    AcquirerGateway,
    AcquirerRefundStatus,
    AcquirerRefused,
    AcquirerTimeouts,
    AcquirerUnavailable,
    RefundAnswer,
    idempotence_key,
)
from gateways.acquirer.answers import decoded, understood
from gateways.acquirer.gateway import MAX_ANSWER_BYTES, MAX_CONNECTIONS

LIMIT_SECONDS = 10.0
"""Far from the limits that are tried, and before the gateway's usual ones."""
GOOD = {
    "id": "r-1",
    "status": "succeeded",
    "amount": {"value": "100.50", "currency": "RUB"},
    "created_at": "2026-11-21T10:00:00.000Z",
}

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(talk: Talk) -> AsyncIterator[str]:
    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            await talk(reader, writer)
        writer.close()

    listening = await asyncio.start_server(one, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    listening.close()


def says(status: int, body: bytes, *headers: str) -> Talk:
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([*head, *headers, "", ""]).encode() + body)
        await writer.drain()
        await reader.read()

    return talk


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while not reader.at_eof():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def ask(url: str, timeouts: AcquirerTimeouts | None = None) -> RefundAnswer:
    gateway = AcquirerGateway(url, "shop", "secret", timeouts=timeouts or AcquirerTimeouts())
    try:
        return await gateway.refund("case/1", "p-1", 10_050, "Возврат", {})
    finally:
        await gateway.aclose()


async def test_a_refused_connection_is_known_to_have_moved_nothing() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can answer here
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(AcquirerUnavailable) as refused:
            await ask(f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert not refused.value.outcome_unknown


@pytest.mark.parametrize(
    ("talk", "timeouts"),
    [
        (silence, AcquirerTimeouts(read=0.1)),
        (silence, AcquirerTimeouts(overall=0.1)),
        (drip, AcquirerTimeouts(overall=0.2)),
    ],
    ids=["no answer", "no answer within the overall limit", "an answer that never ends"],
)
async def test_silence_is_unknown_never_failed(talk: Talk, timeouts: AcquirerTimeouts) -> None:
    async with server(talk) as url, asyncio.timeout(LIMIT_SECONDS):
        with pytest.raises(AcquirerUnavailable) as silent:
            await ask(url, timeouts)
    assert silent.value.outcome_unknown


async def test_a_request_that_found_no_free_connection_is_known_to_have_moved_nothing() -> None:
    async with server(silence) as url:
        gateway = AcquirerGateway(
            url, "shop", "secret", timeouts=AcquirerTimeouts(pool=0.2, read=1.0)
        )
        answers = await asyncio.gather(
            *(gateway.refund(f"c/{n}", "p", 1, "", {}) for n in range(MAX_CONNECTIONS + 1)),
            return_exceptions=True,
        )
        await gateway.aclose()
    unknown = [a.outcome_unknown for a in answers if isinstance(a, AcquirerUnavailable)]
    assert sorted(unknown) == [False] + [True] * MAX_CONNECTIONS


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>Hello</html>"),
        (200, b"[1, 2]"),
        (200, b"[" * 100_000),
        (200, b" " * (MAX_ANSWER_BYTES + 1)),
        (200, json.dumps({**GOOD, "id": None}).encode()),
        (200, json.dumps({**GOOD, "amount": {"value": "1.00", "currency": "EUR"}}).encode()),
        (200, json.dumps({**GOOD, "amount": {"value": "1.005", "currency": "RUB"}}).encode()),
        (200, json.dumps({**GOOD, "amount": "1.00"}).encode()),
        (204, b""),
        (302, b""),
        (408, b""),
        (409, b"{}"),
        (500, b"\xff\xfe"),
        (502, b"<html>Bad gateway</html>"),
    ],
)
async def test_nonsense_leaves_the_outcome_unknown(status: int, body: bytes) -> None:
    async with server(says(status, body, "Location: /elsewhere")) as url:
        with pytest.raises(AcquirerUnavailable) as unreadable:
            await ask(url)
    assert unreadable.value.outcome_unknown


async def test_a_list_that_never_ends_is_given_up_and_proves_nothing() -> None:
    page = json.dumps({"items": [GOOD, None, 7], "next_cursor": "again"}).encode()
    async with server(says(200, page)) as url:
        gateway = AcquirerGateway(url, "shop", "secret")
        with pytest.raises(AcquirerUnavailable) as endless:
            await gateway.find_refund("p-1", "case/1")
        await gateway.aclose()
    assert endless.value.outcome_unknown


@pytest.mark.parametrize("status", [401, 403])
async def test_refused_credentials_are_told_from_a_refused_refund(status: int) -> None:
    async with server(says(status, b"{}")) as url:
        with pytest.raises(AcquirerCredentialsRefused):
            await ask(url)


async def test_a_refusal_without_an_explanation_is_still_a_refusal() -> None:
    async with server(says(405, b"")) as url:
        with pytest.raises(AcquirerRefused) as refused:
            await ask(url)
    assert refused.value.code == "unexplained"


@pytest.mark.parametrize(
    "amount", [b'{"value": "100.50", "currency": "RUB"}', b'{"value": 100.50, "currency": "RUB"}']
)
async def test_a_sum_is_read_to_the_kopeck_without_a_float(amount: bytes) -> None:
    body = b'{"id": "r-1", "status": "succeeded", "amount": ' + amount + b"}"
    async with server(says(200, body)) as url:
        answer = await ask(url)
    assert (answer.amount_kopecks, answer.created_at) == (10_050, None)


@pytest.mark.parametrize(
    ("key", "amount_kopecks", "metadata"),
    [
        ("", 1, {}),
        ("c/1", 0, {}),
        ("c/1", -1, {}),
        ("c/1", 1, {str(n): "" for n in range(16)}),
        ("c/1", 1, {"n" * 33: ""}),
        ("c/1", 1, {"n": "v" * 513}),
    ],
)
async def test_a_call_that_cannot_be_right_is_a_bug_and_never_leaves(
    key: str, amount_kopecks: int, metadata: dict[str, str]
) -> None:
    gateway = AcquirerGateway("http://127.0.0.1:1", "shop", "secret")
    with pytest.raises(ValueError, match=r"refund|metadata"):
        await gateway.refund(key, "p", amount_kopecks, "", metadata)
    await gateway.aclose()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["id", "status", "amount", "created_at", "cancellation_details", "metadata", "payment_id"]


@given(st.sampled_from(FIELDS), JSON)
def test_no_field_whatever_it_holds_can_crash_the_decoding(field: str, value: object) -> None:
    content = json.dumps({**GOOD, field: value}).encode()
    with suppress(AcquirerUnavailable):
        answer = understood(decoded(200, content))
        assert isinstance(answer.status, AcquirerRefundStatus)
        assert answer.amount_kopecks > 0


@given(st.integers(100, 599), st.binary(max_size=60))
def test_no_status_with_arbitrary_bytes_is_taken_for_a_refund(status: int, body: bytes) -> None:
    with pytest.raises(AcquirerError):
        understood(decoded(status, body))


@given(st.text(min_size=1, max_size=200), st.text(min_size=1, max_size=200))
def test_a_key_fits_its_header_and_stays_one_to_one(one: str, other: str) -> None:
    sent = idempotence_key(one)
    assert 0 < len(sent) <= 64
    assert sent.isascii()
    assert sent.isprintable()
    assert (idempotence_key(other) == sent) == (one == other)


def test_an_ordinary_key_is_sent_as_it_is() -> None:
    assert idempotence_key("refund-2026-000123-1/2") == "refund-2026-000123-1/2"
