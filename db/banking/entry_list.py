"""Lists of bank entries, as people narrow them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, func, select, tuple_, union_all
from sqlalchemy import literal_column as as_written

from db.banking.bank_entry import ENTRIES, IS_POSTPONED, After, EntryRow
from db.query import Query, planned_anew, row, typed
from db.tables import bank_entries, bank_entry_words, bank_statements
from db.words import beginnings_of

FEW = 10_000
"""Entries with some words that are found by the index of words; where more have them, the list is
walked in its own order, which comes upon enough of them soon.
"""

_key = (bank_entries.c.day, bank_entries.c.id)
_newest = tuple(column.desc() for column in _key)
_SIMPLE: ColumnElement[Any] = as_written("'simple'::regconfig")
_noted = func.to_tsvector(_SIMPLE, bank_entry_words.c.words)
"""As the index of words has them."""
_words = func.to_tsvector(
    _SIMPLE,
    func.folded(bank_entries.c.purpose + as_written("' '") + bank_entries.c.counterparty_name),
)
_being_matched = bank_entries.c.statement_id.in_(
    select(bank_statements.c.id).where(bank_statements.c.matched_at.is_(None))
)
"""Of a statement whose words are not noted yet."""


@dataclass(frozen=True)
class EntryFilter:
    """The filters of a list of entries; None means any. Both days are inclusive; `payer_words`
    begin words of the other side's name or of the purpose; `is_postponed` is as of today.
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
    is_postponed: bool | None = None


@row
class PostponedCount:
    """How many entries somebody has postponed the decision about."""

    entries: int


_POSTPONED = typed(
    PostponedCount,
    select(func.count().label("entries")).where(
        bank_entries.c.postponed_at.is_not(None), IS_POSTPONED
    ),
    never_null=("entries",),
)


def postponed() -> Query[PostponedCount]:
    """How many entries are postponed today."""
    return _POSTPONED()


def listed(narrowed: EntryFilter, limit: int, after: After | None = None) -> Query[EntryRow]:
    """Entries, the latest day first."""
    conditions = [*_conditions(narrowed)]
    if after is not None:
        conditions.append(tuple_(*_key) < tuple_(*after))
    beginnings = beginnings_of(narrowed.payer_words)
    if beginnings is not None:
        conditions.append(bank_entries.c.id.in_(_with_words(beginnings, conditions, limit)))
    return ENTRIES.narrowed(
        lambda rows: planned_anew(rows.where(*conditions).order_by(*_newest).limit(limit))
    )()


def _with_words(
    beginnings: str, conditions: Sequence[ColumnElement[bool]], limit: int
) -> CompoundSelect[UUID]:
    """The ids of entries that have the words: all of them where they are few, else the first that
    meet the other conditions too. The planner cannot know which it will be, so both ways are
    written, and the count opens one of them.
    """
    ids, asked = select(bank_entries.c.id), func.to_tsquery("simple", beginnings)
    matches = _words.bool_op("@@")(asked)
    by_index = select(bank_entry_words.c.entry_id.label("id")).where(_noted.bool_op("@@")(asked))
    either = union_all(by_index, ids.where(_being_matched, matches)).subquery()
    found = select(either.c.id).limit(FEW + 1).cte("found")
    how_many = select(func.count()).select_from(found).scalar_subquery()
    walked = ids.where(*conditions, matches.is_(True), how_many > FEW)
    first = walked.order_by(*_newest).limit(limit).subquery()
    return union_all(select(found.c.id).where(how_many <= FEW), select(first.c.id))


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
        (narrowed.is_postponed, IS_POSTPONED.is_),
    ]
    yield from (compared(value) for value, compared in asked if value is not None)
