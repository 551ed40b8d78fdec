"""Tables of measurements and their targets."""

from collections.abc import Sequence
from dataclasses import dataclass

Cells = Sequence[str]
TARGET_HEADS = ("To reach", " wanted", " found", "")


@dataclass(frozen=True)
class Target:
    """Something to reach."""

    what: str
    wanted: str
    found: str
    reached: bool


def target_rows(found: Sequence[Target]) -> Sequence[Cells]:
    """Under `TARGET_HEADS`."""
    return [
        (target.what, target.wanted, target.found, "reached" if target.reached else "missed")
        for target in found
    ]


def at_most(what: str, found: float, limit: float) -> Target:
    """A bound from above."""
    return Target(what, f"≤ {limit:g}", f"{found:g}", found <= limit)


def markdown(heads: Cells, rows: Sequence[Cells]) -> list[str]:
    """Lines of a Markdown table; figures, whose heads begin with a space, stand right."""
    ruler = ["---:" if head.startswith(" ") else "---" for head in heads]
    lines = [[head.strip() for head in heads], ruler, *rows]
    return [f"| {' | '.join(line)} |" for line in lines]
