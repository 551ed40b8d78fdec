"""What schemathesis is told beside its settings; it loads this file by its path as its hooks."""

import re
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import strategies

from tests.starter.fuzzing_data import DONE, YEAR_OF_FILE

KEY = "Idempotency-Key"
USABLE_KEY = re.compile(r"[!-~]{1,100}")

DAYS_OFF = (
    *(f"01.0{day}" for day in range(1, 9)),
    *("02.23", "03.08", "05.01", "05.09", "06.12", "11.04"),
)
CALENDAR_FILE = (
    f'<calendar year="{YEAR_OF_FILE}" country="ru"><days>'
    + "".join(f'<day d="{day}" t="1"/>' for day in DAYS_OFF)
    + "</days></calendar>"
).encode()
"""What texts of generated signs never are."""
schemathesis.openapi.media_type(
    "application/xml", strategies.just(CALENDAR_FILE), aliases=["text/xml"]
)
schemathesis.openapi.media_type("text/csv", strategies.just(b"from,rate_percent\n2026-01-01,16\n"))


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Every call is a command of its own: a usable key is replaced by a new one."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and USABLE_KEY.fullmatch(key):
        case.headers[KEY] = uuid4().hex


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """Notes what was done: a fire that everything refuses proves little."""
    if 200 <= response.status_code < 300:
        with DONE.open("a") as done:
            done.write(f"{case.operation.definition.raw['operationId']}\n")
