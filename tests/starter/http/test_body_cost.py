"""What a body costs: no more than its size, however it is made to be read."""

import time
from collections.abc import Callable

import pytest

from starter.api.http.limits import MAX_BODY_BYTES, MAX_VALUES, depth_and_values
from tests.starter.caller import Api
from tests.starter.registered import register_client

JSON = {"Content-Type": "application/json"}
STEP = 8
"""Each size is so many times the one before."""
SIZES = tuple(MAX_BODY_BYTES // STEP**power for power in (2, 1, 0))
SLACK = 3.0
"""How many times more than its size a larger body may cost: a square is `STEP` times more."""
RUNS = 2

SHAPES: dict[str, Callable[[int], bytes]] = {
    "a string of quotes that never ends": lambda size: b'"' + b'\\"' * ((size - 1) // 2),
    "strings that never end, one in the other": lambda size: b'"a' * (size // 2),
    "backslashes": lambda size: b'"' + b"\\" * (size - 1),
    "closed strings": lambda size: b'["' + b'","' * ((size - 4) // 3) + b'"]',
    "brackets side by side": lambda size: b"[" + b"[]," * ((size - 4) // 3) + b"[]]",
    "brackets in a string": lambda size: b'["' + b"[" * (size - 4) + b'"]',
    "depth that never ends": lambda size: b'{"a":' * (size // 5),
    "closing brackets": lambda size: b"]" * size,
    "digits": lambda size: b"[" + b"1" * (size - 2) + b"]",
    "spaces": lambda size: b" " * size,
    "unknown fields": lambda size: (
        b"{" + b",".join(b'"%d":1' % number for number in range(size // 12)) + b"}"
    ),
    "a long name": lambda size: b'{"name":"' + b"a" * (size - 11) + b'"}',
    "an address that has no end": lambda size: b'{"email":"' + b"a.@" * ((size - 12) // 3) + b'"}',
    "marks out of order": lambda size: (
        b'{"name":"a' + "\u0315\u0300".encode() * ((size - 12) // 4) + b'"}'
    ),
    "escapes": lambda size: b'["' + b"\\u0041" * ((size - 4) // 6) + b'"]',
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_no_body_costs_more_than_its_size(api: Api, shape: str) -> None:
    """Processor time of the whole answer, a size against the next smaller in the same run."""
    smaller = float("inf")
    for size in SIZES:
        cost = await _cost(api, "/v1/clients/of-cost", SHAPES[shape](size))
        assert cost < smaller * STEP * SLACK, (size, cost, smaller)
        smaller = cost


async def test_an_invoice_of_many_wrong_lines_costs_no_more_than_its_size(api: Api) -> None:
    client_id, line = await register_client(api), b'{"line_no":1,"title":"a","total":"1.00"}'
    smaller = float("inf")
    for size in SIZES:
        lines = b",".join([line] * (size // (len(line) + 2)))
        body = b'{"client_id":"%b","lines":[%b]}' % (client_id.encode(), lines)
        cost = await _cost(api, "/v1/invoices/OF-COST", body)
        assert cost < smaller * STEP * SLACK, (size, cost, smaller)
        smaller = cost


@pytest.mark.parametrize(
    ("text", "depth"),
    [
        ('"[[[', 0),
        ('["\\"[[[', 1),
        ('["\\\\"[', 2),
        ('["[\\', 1),
        ("[[]][", 2),
        ("]][[", 0),
        ('"' + '\\"' * 1000 + "[", 0),
    ],
)
def test_brackets_of_strings_do_not_count_even_where_they_never_end(text: str, depth: int) -> None:
    assert depth_and_values(text)[0] == depth


@pytest.mark.parametrize(("values", "code"), [(MAX_VALUES, "unread"), (MAX_VALUES + 1, "refused")])
async def test_a_body_has_a_bounded_number_of_values(api: Api, values: int, code: str) -> None:
    """Two brackets and the commas between the numbers."""
    body = b"[" + b",".join([b"1"] * (values - 1)) + b"]"
    answer = await api.call("PUT", "/v1/clients/of-cost", content=body, headers=JSON)
    assert (answer.json()["code"] == "body_too_many_values") == (code == "refused")


async def _cost(api: Api, path: str, body: bytes) -> float:
    """Seconds of this thread, the least of some runs; the answer is a refusal, whichever."""
    least = float("inf")
    for _ in range(RUNS):
        begun = time.thread_time()
        answer = await api.call("PUT", path, content=body, headers=JSON)
        least = min(least, time.thread_time() - begun)
        assert answer.status_code in (400, 422), answer.text
    return least
