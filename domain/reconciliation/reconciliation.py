"""Messages of the daily reconciliation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_NAMED = 5
"""The most broken invariants that a finding names."""


@dataclass(frozen=True)
class Reconciliation:
    """One check; the operator is notified once for a `name`."""

    name: str
    at: datetime


@dataclass(frozen=True)
class BooksFindings:
    """How many rows break invariants, and the names of the first broken ones."""

    differences: int
    invariants: tuple[str, ...] = ()

    @classmethod
    def of(cls, broken: Sequence[str]) -> "BooksFindings":
        """The findings of these rows; `broken` has one invariant's name for each row."""
        return cls(len(broken), tuple(sorted(set(broken))[:MAX_NAMED]))

    def __add__(self, other: "BooksFindings") -> "BooksFindings":
        return BooksFindings(
            self.differences + other.differences, self.invariants + other.invariants
        )
