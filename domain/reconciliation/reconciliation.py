"""The messages of the check of the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_NAMED = 5
"""Broken invariants that a finding names."""


@dataclass(frozen=True)
class Reconciliation:
    """One check; its name keeps the word to the operator to one."""

    name: str
    at: datetime


@dataclass(frozen=True)
class BooksFindings:
    """How many rows break invariants, and the first broken ones by name."""

    differences: int
    invariants: tuple[str, ...] = ()

    @classmethod
    def of(cls, broken: Sequence[str]) -> "BooksFindings":
        """The findings of rows that break these invariants, one name a row."""
        return cls(len(broken), tuple(sorted(set(broken))[:MAX_NAMED]))

    def __add__(self, other: "BooksFindings") -> "BooksFindings":
        return BooksFindings(
            self.differences + other.differences, self.invariants + other.invariants
        )
