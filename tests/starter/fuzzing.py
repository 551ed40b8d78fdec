"""What schemathesis is told beside its settings; it loads this file by its path as its hooks."""

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import schemathesis

DONE = Path("done.txt")
"""In the folder where it runs: the operations that were answered 2xx, as often as they were."""

KEY = "Idempotency-Key"
USABLE_KEY = re.compile(r"[!-~]{1,100}")


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
