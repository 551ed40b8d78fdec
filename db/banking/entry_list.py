"""Lists of bank entries, as people narrow them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, text, tuple_

from db.banking.bank_entry import ENTRIES, After, EntryRow
from db.query import Query
from db.tables import bank_entries
from db.words import beginnings_of

_key = (bank_entries.c.day, bank_entries.c.id)
# By the index, whatever the planner makes of the words: to read the words of all entries, a day
# after another, takes seconds.
_OF_PAYER = """
bank_entries.id IN (
    SELECT w.id FROM bank_entries AS w
     WHERE to_tsvector('simple', folded(w.purpose || ' ' || w.counterparty_name))
           @@ to_tsquery('simple', :payer)
    OFFSET 0)
"""


@dataclass(frozen=True)
class EntryFilter:
    """The filters of a list of entries; None means any. Both days are inclusive; `payer_words`
    begin words of the other side's name or of the purpose.
    """

    status: str | None = None
    direction: str | None = None
    account: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    statement_id: UUID | None = None
    amount_kopecks: int | None = None
    payer_inn: str | None = None
    payer_words: tuple[str, ...] = ()


def listed(narrowed: EntryFilter, limit: int, after: After | None = None) -> Query[EntryRow]:
    """Entries, the latest day first."""
    conditions = [*_conditions(narrowed)]
    if after is not None:
        conditions.append(tuple_(*_key) < tuple_(*after))
    return ENTRIES.narrowed(
        lambda rows: (
            rows.where(*conditions).order_by(*(column.desc() for column in _key)).limit(limit)
        )
    )()


def _conditions(narrowed: EntryFilter) -> Iterator[ColumnElement[Any]]:
    columns = bank_entries.c
    asked = [
        (narrowed.status, columns.status.__eq__),
        (narrowed.direction, columns.direction.__eq__),
        (narrowed.account, columns.account.__eq__),
        (narrowed.first_day, columns.day.__ge__),
        (narrowed.last_day, columns.day.__le__),
        (narrowed.statement_id, columns.statement_id.__eq__),
        (narrowed.amount_kopecks, columns.amount_kopecks.__eq__),
        (narrowed.payer_inn, columns.counterparty_inn.__eq__),
    ]
    yield from (compared(value) for value, compared in asked if value is not None)
    beginnings = beginnings_of(narrowed.payer_words)
    if beginnings is not None:
        yield and_(text(_OF_PAYER).bindparams(payer=beginnings))
