"""Faults on request: what goes wrong with the next scans."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sandbox.scanner.terms import MAX_RULES, MAX_SECONDS, MAX_TIMES


class FaultKind(StrEnum):
    """What a scanner may do instead of answering."""

    SLOW = "slow"
    """It answers after `seconds`."""
    SILENT = "silent"
    """It reads the file and never answers."""
    HANGS_UP = "hangs_up"
    """It closes the connection in the middle of the file."""
    DIES = "dies"
    """Its process ends in the middle of the file."""
    ERROR = "error"
    """It answers that it could not scan."""
    GARBLED = "garbled"
    """It answers what nobody understands."""


class Rule(BaseModel):
    """A fault of the next `times` scans."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: FaultKind
    seconds: Annotated[float, Field(ge=0, le=MAX_SECONDS)] = 1.0
    times: Annotated[int, Field(ge=1, le=MAX_TIMES)] = MAX_TIMES


RULES: TypeAdapter[list[Rule]] = TypeAdapter(Annotated[list[Rule], Field(max_length=MAX_RULES)])


@dataclass
class _Armed:
    rule: Rule
    left: int


class Faults:
    """The present rules, used up in their order. They end with the process."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, rules: Sequence[Rule]) -> None:
        """Replaces all rules."""
        self._armed = [_Armed(rule, rule.times) for rule in rules]

    def next(self) -> Rule | None:
        """The fault of a scan that begins; it is used up by one."""
        for armed in self._armed:
            if armed.left:
                armed.left -= 1
                return armed.rule
        return None

    def shown(self) -> list[dict[str, object]]:
        """The rules with how often each will still be applied."""
        return [{**one.rule.model_dump(mode="json"), "left": one.left} for one in self._armed]
