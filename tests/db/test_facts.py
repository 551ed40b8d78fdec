"""Readings in the database itself: rows reach the field beside whose query they stand."""

from dataclasses import dataclass

import pytest
from sqlalchemy import literal, select

from db.database import Database
from db.facts import Reading, every, first, known, load, only, together
from db.query import Query, row


@row
class Number:
    """One number."""

    number: int


@dataclass(frozen=True)
class Facts:
    """What two readings and a value become."""

    one: int
    several: list[int]
    nothing: int | None
    value: str


def numbers(*found: int) -> Query[Number]:
    """A query of these numbers, in this order."""
    first_one, *others = [select(literal(number).label("number")) for number in found]
    return Query(Number, first_one.union_all(*others), {})


NONE_FOUND = Query(Number, select(literal(0).label("number")).where(literal(1) == literal(2)), {})


def facts() -> Reading[Facts]:
    """One, then several behind two queries that only lock, then none."""
    return together(
        Facts,
        only(numbers(1)).to(lambda found: found.number),
        every(numbers(2, 3))
        .to(lambda rows: [found.number for found in rows])
        .behind(numbers(7), numbers(8, 9)),
        first(NONE_FOUND).to(lambda found: None if found is None else found.number),
        known("said"),
    )


async def test_each_field_gets_the_rows_of_its_own_query(database: Database) -> None:
    assert await load(database, facts()) == Facts(1, [2, 3], None, "said")


async def test_readings_are_put_together_in_a_transaction_too(database: Database) -> None:
    pair = together(lambda left, right: (left, right), facts(), only(numbers(4)))
    async with database.transaction() as transaction:
        read, last = await load(transaction, pair)
    assert (read.one, last.number) == (1, 4)


@pytest.mark.parametrize("query", [NONE_FOUND, numbers(1, 2)])
async def test_the_only_row_is_one(query: Query[Number], database: Database) -> None:
    with pytest.raises(ValueError, match="unpack"):
        await load(database, only(query))
    assert (await load(database, first(query)) is None) == (query is NONE_FOUND)
