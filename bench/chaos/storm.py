"""What is done to the stack while refunds run: kills at random moments, faults at their worst."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

from stack.embedded import Stack
from stack.processes import Process

PRODUCT = ("worker", "api", "temporal", "postgres")
SUPPORT = ("bot", "mail-in")
"""What hears clients of support."""
BANK = "bank"
EVERY_ROUND = (*PRODUCT, *SUPPORT, BANK)
"""What dies in every round, in an order that chance decides."""
OTHERS = ("acquirer", "mail", "scanner")
OTHERS_EVERY = 2
"""After so many rounds one of the others dies too."""
PAUSE_SECONDS = (1.0, 4.0)
"""Between two kills."""
PAGE = "create_payment"
"""The call that a payment by card begins with."""
SLOWER_THAN_PATIENCE_SECONDS = 22.0
"""Longer than our gateway reads: it is carried out behind a caller that has given up."""


class Storm:
    """Kills with SIGKILL, one process at a time, each of `EVERY_ROUND` once a round."""

    def __init__(self, stack: Stack, rng: Random) -> None:
        self.kills: Counter[str] = Counter()
        self._stack = stack
        self._rng = rng

    async def rage(self) -> None:
        """Until cancelled."""
        for victim in self._victims():
            await asyncio.sleep(self._rng.uniform(*PAUSE_SECONDS))
            if _kill(self._stack.processes[victim]):
                self.kills[victim] += 1

    def _victims(self) -> Iterator[str]:
        rounds = 0
        while True:
            yield from self._rng.sample(EVERY_ROUND, len(EVERY_ROUND))
            rounds += 1
            if rounds % OTHERS_EVERY == 0:
                yield self._rng.choice(OTHERS)


def _kill(process: Process) -> bool:
    """Whether it was alive to be killed."""
    if process.exit_code is not None:
        return False
    os.kill(process.pid, signal.SIGKILL)
    return True


def faults(seed: int) -> list[dict[str, Any]]:
    """Rules for the sandbox acquirer: several may hit one request, of one kind the first does."""
    chances: list[tuple[str, str, float, dict[str, Any]]] = [
        ("answer_lost_after_execution", "create", 0.15, {}),
        ("answer_lost_after_execution", "any", 0.05, {}),
        ("answer_lost_before_execution", "any", 0.08, {}),
        ("server_error", "any", 0.08, {"status": 503, "moment": "before"}),
        ("server_error", "create", 0.12, {"status": 500, "moment": "after"}),
        ("rate_limited", "any", 0.08, {}),
        ("slow", "create", 0.15, {"seconds": 1.5, "moment": "before"}),
        ("slow", "any", 0.1, {"seconds": 1.0, "moment": "after"}),
        ("unknown_enum", "any", 0.05, {}),
        ("cancel", "create", 0.04, {"reason": "rejected_by_payee"}),
        ("cancel", "create", 0.06, {}),
        ("refuse", "create", 0.04, {"code": "not_supported"}),
        ("refuse", "create", 0.04, {"code": "invalid_request", "parameter": "amount.value"}),
        ("pending_then", "create", 0.1, {"polls": 1}),
        ("pending_then", "create", 0.1, {"seconds": 3}),
        ("pending_then", "create", 0.1, {"seconds": 2, "outcome": "cancelled"}),
        ("processing_then", "create", 0.1, {"seconds": 4}),
        ("processing_then", "create", 0.05, {"polls": 1, "outcome": "cancelled"}),
        ("duplicate_webhook", "create", 0.3, {"copies": 3}),
        ("late_webhook", "create", 0.3, {"seconds": 3}),
        ("early_webhook", "create", 0.3, {}),
        ("answer_lost_after_execution", PAGE, 0.15, {}),
        ("server_error", PAGE, 0.12, {"status": 500, "moment": "after"}),
        ("slow", PAGE, 0.15, {"seconds": 1.5, "moment": "before"}),
        ("refuse", PAGE, 0.05, {"code": "invalid_request", "parameter": "receipt"}),
        ("processing_then", PAGE, 0.15, {"seconds": 3}),
        ("pending_then", PAGE, 0.15, {"seconds": 3, "outcome": "cancelled"}),
        ("duplicate_webhook", PAGE, 0.3, {"copies": 3}),
        ("late_webhook", PAGE, 0.3, {"seconds": 3}),
    ]
    rules = [
        {
            "kind": kind,
            "match": {"operation": operation, "probability": chance, "seed": seed + place},
            **options,
        }
        for place, (kind, operation, chance, options) in enumerate(chances)
    ]
    return [_deed_behind_our_back(seed), *rules]


def _deed_behind_our_back(seed: int) -> dict[str, Any]:
    match = {"operation": "create", "probability": 0.1, "seed": seed}
    seconds = SLOWER_THAN_PATIENCE_SECONDS
    return {"kind": "slow", "match": match, "times": 1, "seconds": seconds, "moment": "before"}
