"""Rows of a dossier: typed cells, each with what the other side reads of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from domain.dossier.masking import initials, masked_number, masked_text

MAX_ROWS: Final = 500
"""Rows of one table; a table that is longer says that it is cut."""

Value = str | int | date | datetime | None


class Kind(StrEnum):
    """What a cell is: how it is printed, and what of it the other side reads."""

    WORDS = "words"
    SAID = "said"
    """What somebody wrote: numbers of accounts and addresses in it are masked."""
    PERSON = "person"
    """Somebody's name: the other side reads initials."""
    REQUISITES = "requisites"
    """A number that money goes by: the other side reads its end."""
    NUMBER = "number"
    KOPECKS = "kopecks"
    MOMENT = "moment"
    """An instant in UTC."""
    DAY = "day"
    CODE = "code"
    """A word of the product, which `prefix` makes a key of the texts."""


@dataclass(frozen=True)
class Column:
    """A column: its name, which is a key of the texts too, and what its cells are."""

    name: str
    kind: Kind = Kind.WORDS
    prefix: str = ""


@dataclass(frozen=True)
class Fact:
    """A value of the dossier's head."""

    column: Column
    value: Value


@dataclass(frozen=True)
class Table:
    """Rows under a name, which is a key of the texts; `is_ours`: only we read them."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    is_ours: bool = False

    @property
    def is_cut(self) -> bool:
        """There are more rows than are shown."""
        return len(self.rows) > MAX_ROWS

    @property
    def shown(self) -> Sequence[Sequence[Value]]:
        """The rows, at most `MAX_ROWS`."""
        return self.rows[:MAX_ROWS]


def redacted_facts(facts: Sequence[Fact]) -> list[Fact]:
    """The head as the other side reads it."""
    return [replace(one, value=_masked(one.column, one.value)) for one in facts]


def redacted_tables(tables: Sequence[Table]) -> list[Table]:
    """The tables that the other side reads, masked."""
    return [
        replace(
            table,
            rows=[
                [_masked(column, value) for column, value in zip(table.columns, row, strict=True)]
                for row in table.rows
            ],
        )
        for table in tables
        if not table.is_ours
    ]


def told(facts: Sequence[Fact], tables: Sequence[Table]) -> Mapping[str, Any]:
    """The head and the tables for programs: kopecks as whole numbers, days and instants in ISO."""
    return {
        "facts": {one.column.name: _plain(one.value) for one in facts},
        "tables": {
            table.name: {
                "is_cut": table.is_cut,
                "rows": [
                    {
                        column.name: _plain(value)
                        for column, value in zip(table.columns, row, strict=True)
                    }
                    for row in table.shown
                ],
            }
            for table in tables
        },
    }


def _masked(column: Column, value: Value) -> Value:
    if not isinstance(value, str):
        return value
    if column.kind is Kind.SAID:
        return masked_text(value)
    if column.kind is Kind.PERSON:
        return initials(value)
    return masked_number(value) if column.kind is Kind.REQUISITES else value


def _plain(value: Value) -> str | int | None:
    return value.isoformat() if isinstance(value, date) else value
