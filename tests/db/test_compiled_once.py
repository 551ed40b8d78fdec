"""Statements made for a request share their SQL with equal ones, and never their values."""

from sqlalchemy import insert, select

from db.query import compile_once
from db.tables import tickets


def _of(departments: list[str], limit: int) -> tuple[str, dict[str, object]]:
    asked = select(tickets.c.number).where(tickets.c.department.in_(departments)).limit(limit)
    text, values = compile_once(asked, ()).with_values({})
    return text, dict(values)


def test_equal_statements_are_compiled_once_and_keep_their_own_values() -> None:
    one, other = (
        select(tickets.c.number).where(tickets.c.topic == topic, tickets.c.version > version)
        for topic, version in (("first", 1), ("second", 2))
    )
    compiled, again = compile_once(one, ()), compile_once(other, ())
    assert compiled.compiler is again.compiler
    assert sorted(map(str, compiled.with_values({})[1].values())) == ["1", "first"]
    assert sorted(map(str, again.with_values({})[1].values())) == ["2", "second"]


def test_lists_of_equal_statements_may_differ_in_length() -> None:
    first, second = _of(["support"], 5), _of(["refunds", "accounting"], 7)
    assert sorted(map(str, first[1].values())) == ["5", "support"]
    assert sorted(map(str, second[1].values())) == ["7", "accounting", "refunds"]
    assert all(f"%({name})s" in text for text, values in (first, second) for name in values)


def test_statements_that_differ_in_a_condition_are_different_statements() -> None:
    plain = select(tickets.c.number)
    closed, open_ = (
        plain.where(tickets.c.closed_at.is_not(None)),
        plain.where(tickets.c.closed_at.is_(None)),
    )
    assert compile_once(closed, ()).text != compile_once(open_, ()).text


def test_an_insert_sets_just_the_columns_that_are_given() -> None:
    one, other = insert(tickets), insert(tickets)
    assert "topic" not in compile_once(one, ("id",)).text
    assert "topic" in compile_once(other, ("id", "topic")).text
