"""Faults on request: which calls fail, how, and how often."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_SECONDS = 60
BRINGING = "webhook"
"""The method that a rule names for what the webhook brings; only `TWICE` makes sense of it."""
_UNASKED = frozenset({"getUpdates", BRINGING})


class Fault(StrEnum):
    """The kinds. Of `getUpdates` only `TWICE`, `REVERSED` and `SINGLY` make sense besides those
    that any method has.
    """

    BUSY = "busy"
    """429 with `seconds` as `retry_after`; nothing is done."""
    BLOCKED = "blocked"
    """403; nothing is done."""
    ERROR = "error"
    """500; nothing is done."""
    SILENCE = "silence"
    """It is done, and the answer is lost."""
    LOST = "lost"
    """Nothing is done, and the connection closes: the caller cannot tell it from `SILENCE`."""
    SLOW = "slow"
    """It is done after `seconds`."""
    TWICE = "twice"
    """Updates that were confirmed come again beside the new ones."""
    REVERSED = "reversed"
    """Updates come in the opposite order."""
    SINGLY = "singly"
    """One update an answer: an album comes by several."""


@dataclass
class Rule:
    """`method` None: any but `getUpdates`; `times` counts down, None lasts."""

    kind: Fault
    method: str | None
    times: int | None
    seconds: float


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def put(self, rules: list[dict[str, Any]]) -> None:
        """Replaces all rules; raises ValueError, KeyError or TypeError for what is none."""
        self._rules = [
            Rule(
                Fault(one["kind"]),
                one.get("method"),
                None if one.get("times") is None else int(one["times"]),
                min(float(one.get("seconds", 1)), MAX_SECONDS),
            )
            for one in rules
        ]

    def fire(self, method: str) -> Rule | None:
        """The fault that this call meets, if it meets any."""
        for rule in self._rules:
            is_meant = rule.method == method or (rule.method is None and method not in _UNASKED)
            if is_meant and rule.times != 0:
                if rule.times is not None:
                    rule.times -= 1
                return rule
        return None
