"""How `make test` spreads the tests over processes: what takes long begins first.

The tests of one module run in one process, one after another, since they share its database. A
folder whose tests share a whole stack is one such group; a module that takes long is several.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from zlib import crc32

PARTS: Final = MappingProxyType(
    {
        "tests/chaos/test_chaos.py": 1,
        "tests/chaos/test_kill_at_every_event.py": 1,
        "tests/browser/": 1,
        "tests/starter/test_schemathesis.py": 1,
        "tests/starter/test_cli.py": 2,
        "tests/workflows/test_renewal_races.py": 6,
        "tests/workflows/test_races.py": 6,
        "tests/bench/": 1,
        "tests/starter/http/test_temporal.py": 1,
        "tests/starter/refund/test_uncovered_year.py": 1,
        "tests/workflows/test_renewals.py": 2,
        "tests/workflows/test_waits.py": 2,
        "tests/test_walks.py": 1,
        "tests/test_compose.py": 1,
        "tests/starter/test_own_account_cli.py": 1,
        "tests/starter/notification/test_mailboxes.py": 1,
        "tests/starter/card/test_card_payment.py": 1,
        "tests/stack/": 1,
        "tests/starter/bank/": 4,
        "tests/workflows/": 4,
    }
)
"""What takes longest, in that order, and into how many groups it is divided. Those that start a
whole stack do not begin together.
"""


def group_of(nodeid: str) -> str:
    """The group that a test belongs to, by its name."""
    module = nodeid.partition("::")[0]
    heavy = _heavy(module)
    if heavy is None:
        return module
    divided = nodeid if heavy == module else module
    return f"{heavy}#{crc32(divided.encode()) % PARTS[heavy]}"


def weight_of(nodeid: str) -> int:
    """The place of a test in the order; those of equal places stay as they are."""
    heavy = _heavy(nodeid.partition("::")[0])
    return len(PARTS) if heavy is None else list(PARTS).index(heavy)


def worker_of(environment: Mapping[str, str]) -> tuple[int, int]:
    """Which of how many processes this one is: xdist tells each."""
    name, count = (environment.get(f"PYTEST_XDIST_WORKER{one}", "") for one in ("", "_COUNT"))
    return (int(name.removeprefix("gw")), int(count)) if name else (0, 1)


def _heavy(module: str) -> str | None:
    return next((path for path in PARTS if module.startswith(path)), None)
