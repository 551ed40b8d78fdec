"""SQL statements with the dataclasses that their rows become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar, cast, dataclass_transform
from weakref import WeakKeyDictionary

from psycopg import AsyncCursor
from sqlalchemy import BindParameter, Dialect, Executable, Select
from sqlalchemy.dialects.postgresql.psycopg import dialect as psycopg_dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.util import LRUCache

RowT = TypeVar("RowT")
ValueT = TypeVar("ValueT")
RowT_co = TypeVar("RowT_co", covariant=True)
ExecutableT = TypeVar("ExecutableT", bound=Executable)

MOST_COMPILED = 1_000
"""Statements whose SQL is kept after they are gone, for equal ones with other values."""
PLANNED_ANEW = "planned_anew"
"""The execution option of a statement that the server must not keep a plan of."""

_NAME_OF = attrgetter("name")
_DIALECT: Dialect = psycopg_dialect()  # type: ignore[no-untyped-call]


@dataclass_transform(frozen_default=True)
def row(cls: type[RowT]) -> type[RowT]:
    """Makes a class the row of a statement: its fields are the columns, in their order.

    mypy refuses to change a row. At run time it is not frozen, since building a frozen one takes
    several times as long.
    """
    return dataclass(slots=True)(cls)


@row
class Locked:
    """The row of a statement that takes an advisory lock: void, which psycopg reads as ''."""

    lock: str


@dataclass(frozen=True, slots=True, eq=False)
class Query(Generic[RowT_co]):
    """A statement with its parameters, and what its rows become."""

    row: type[RowT_co]
    statement: Executable
    params: Mapping[str, Any]

    async def fetch(self, cursor: AsyncCursor[Any]) -> list[RowT_co]:
        """The rows of the executed statement, built by position; raises `TypeError` when their
        columns are not the row's fields.
        """
        values = await cursor.fetchall()
        if tuple(map(_NAME_OF, cursor.description or ())) != columns_of(self.row):
            raise TypeError(f"{self.row.__name__} is not what the statement gives")
        return list(starmap(self.row, values))


@dataclass(frozen=True, slots=True, eq=False)
class TypedStatement(Generic[RowT_co]):
    """A statement with the class of its rows; called with its parameters it is a query.

    `never_null` names the columns that are never null although the schema does not say so.
    """

    row: type[RowT_co]
    statement: Executable
    never_null: frozenset[str]

    def __call__(self, /, **params: Any) -> Query[RowT_co]:
        return Query(self.row, self.statement, params)

    def narrowed(self, how: Callable[[Select[Any]], Select[Any]], /) -> "TypedStatement[RowT_co]":
        """The same columns of fewer rows, in another order, or locked."""
        narrowed = how(cast("Select[Any]", self.statement))
        return TypedStatement(self.row, narrowed, self.never_null)


REGISTERED: list[TypedStatement[Any]] = []
"""Every statement that gives rows; a test compares each with the migrated schema."""


def typed(
    row: type[RowT], statement: Executable, *, never_null: Sequence[str] = ()
) -> TypedStatement[RowT]:
    """Declares what the rows of a statement become; for modules, at their top level.

    `never_null` names columns that are always there although the schema does not say so: an
    expression such as a count, or a column that a condition keeps from being null.
    """
    declared = TypedStatement(row, statement, frozenset(never_null))
    REGISTERED.append(declared)
    return declared


def planned_anew(statement: ExecutableT) -> ExecutableT:
    """Has the server plan a statement for the values that it is sent with, each time.

    For words that people look for: the plan for any values, which a prepared statement comes to
    after a few times, cannot know which of them few rows have.
    """
    return statement.execution_options(**{PLANNED_ANEW: True})


def is_planned_anew(statement: Executable) -> bool:
    """Whether it must not be prepared."""
    return PLANNED_ANEW in statement.get_execution_options()


def columns_of(row: type[Any]) -> tuple[str, ...]:
    """The columns that a row is made of."""
    return cast("tuple[str, ...]", row.__match_args__)


def present(value: ValueT | None) -> ValueT:
    """A column of a joined row that is there by another of its columns, such as its key.

    Raises `ValueError` where it is not.
    """
    if value is None:
        raise ValueError("a joined row lacks a column that it must have")
    return value


class Compiled(NamedTuple):
    """A statement as text, the compiler that knows its parameters, and the values in it.

    The compiler may be that of an equal statement with other values, which lines up with `own`.
    """

    text: str
    compiler: SQLCompiler
    own: Sequence[BindParameter[Any]] | None

    def with_values(self, params: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """The SQL text and all values to send with it; lists of IN are written out."""
        values = self.compiler.construct_params(dict(params), extracted_parameters=self.own)
        if self.compiler.post_compile_params:
            expanded = self.compiler.construct_expanded_state(values)
            return expanded.statement, expanded.parameters
        return self.text, values


_living: WeakKeyDictionary[ClauseElement, dict[tuple[str, ...], Compiled]] = WeakKeyDictionary()
_equal: LRUCache[Any, Any] = LRUCache(MOST_COMPILED)


def compile_once(statement: Executable, columns: tuple[str, ...]) -> Compiled:
    """The SQL of a statement, compiled once while it or an equal one is kept.

    One that is made for a request is found by the equal one of another request, whose values
    differ. `columns` are the names of the parameters given: an INSERT or UPDATE sets just these.
    """
    element = cast("ClauseElement", statement)
    by_columns = _living.setdefault(element, {})
    if columns not in by_columns:
        by_columns[columns] = _compiled(element, list(columns) if element.is_dml else [])
    return by_columns[columns]


def _compiled(element: ClauseElement, columns: list[str]) -> Compiled:
    compiler, own, *_ = element._compile_w_cache(  # noqa: SLF001 - as its own connections do
        _DIALECT, compiled_cache=_equal, column_keys=columns
    )
    return Compiled(str(compiler), cast("SQLCompiler", compiler), own)
