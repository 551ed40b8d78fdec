"""Invariants broken behind the product's back and mended again, with triggers and keys asleep."""

from typing import NamedTuple

from tests.books import Books


class Break(NamedTuple):
    """How an invariant is broken behind the product's back, and mended; triggers sleep for both."""

    invariant: str
    spoil: str
    mend: str


def changed(invariant: str, table: str, column: str, by: str) -> Break:
    """A number that is wrong in every row; `by` is undone by its opposite."""
    opposite = {"+": "-", "-": "+", "*": "/"}[by[0]] + by[1:]
    update = f"UPDATE {table} SET {column} = {column} "  # noqa: S608 - our own names
    return Break(invariant, update + by, update + opposite)


def replaced(invariant: str, table: str, spoil: str) -> Break:
    """A table that is put back whole."""
    return Break(
        invariant,
        f"CREATE TABLE kept AS TABLE {table}; {spoil}",
        f"DELETE FROM {table};"  # noqa: S608 - our own names
        f" INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM kept; DROP TABLE kept",
    )


def behind_the_back(books: Books, sql: str) -> None:
    """Runs statements with triggers and foreign keys asleep."""
    books.connection.execute(b"SET session_replication_role = replica")
    books.connection.execute(sql.encode())
    books.connection.execute(b"SET session_replication_role = origin")
