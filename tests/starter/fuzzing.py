"""What schemathesis is told beside its settings; it loads this file by its path as its hooks."""

import re
from typing import Any
from uuid import uuid4

import schemathesis

KEY = "Idempotency-Key"
USABLE_KEY = re.compile(r"[!-~]{1,100}")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Every call is a command of its own: a usable key is replaced by a new one."""
    key = (case.headers or {}).get(KEY)
    if isinstance(key, str) and USABLE_KEY.fullmatch(key):
        case.headers[KEY] = uuid4().hex
