"""The clock of the acquirer's books."""

import time
from datetime import timedelta


def now_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def ms(span: timedelta) -> int:
    """Whole milliseconds of a span."""
    return span // timedelta(milliseconds=1)
