"""What PostgreSQL says of the rows of a statement, compared with the dataclass they become."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import psycopg
from psycopg.pq import ExecStatus
from sqlalchemy import CTE, Executable, Insert, Select, Subquery, Table
from sqlalchemy.sql.elements import Label, TextClause
from sqlalchemy.sql.selectable import Alias, FromClause, Join, ReturnsRows

from db.query import TypedStatement, columns_of, compile_once

TYPES: dict[str, type[Any]] = {
    "bool": bool,
    "bytea": bytes,
    "date": date,
    "float8": float,
    "int2": int,
    "int4": int,
    "int8": int,
    "interval": timedelta,
    "numeric": Decimal,
    "text": str,
    "time": time,
    "timestamptz": datetime,
    "uuid": UUID,
    "void": str,  # psycopg reads it as ''
}
"""What psycopg makes of a type of PostgreSQL. Names of statuses are text, so they are `str`."""
JSON = (dict, list)
_PLACE = re.compile(r"%\((\w+)\)s")
_OUTER = re.compile(r"\b(LEFT|RIGHT|FULL)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Described:
    """A column as PostgreSQL describes it; `is_stored_null` is of the stored column behind it, None
    for an expression.
    """

    name: str
    type: str
    is_stored_null: bool | None


def described(
    connection: psycopg.Connection[Any], declared: TypedStatement[Any]
) -> list[Described]:
    """The columns of a statement, without running it."""
    pg = connection.pgconn
    prepared = pg.prepare(b"", _numbered(declared.statement).encode())
    assert prepared.status == ExecStatus.COMMAND_OK, prepared.error_message.decode()
    result = pg.describe_prepared(b"")
    columns = [
        (result.fname(i), result.ftype(i), result.ftable(i), result.ftablecol(i))
        for i in range(result.nfields)
    ]
    return [
        Described((name or b"").decode(), *_facts(connection, oid, table, number))
        for name, oid, table, number in columns
    ]


def differences(
    connection: psycopg.Connection[Any], declared: TypedStatement[Any]
) -> Iterator[str]:
    """In what a statement's rows are not what their dataclass says."""
    columns = described(connection, declared)
    names, fields = tuple(one.name for one in columns), columns_of(declared.row)
    if names != fields:
        yield f"the columns are {', '.join(names)}, the fields {', '.join(fields)}"
        return
    hints = get_type_hints(declared.row)
    yield from (f"{name} is no column" for name in sorted(declared.never_null - set(names)))
    nullable = nullable_columns(declared.statement, columns)
    for column in columns:
        said = column.name in declared.never_null
        yield from _of_column(column, hints[column.name], nullable[column.name], said)


def _of_column(column: Described, hint: Any, null: bool, said: bool) -> Iterator[str]:
    kinds, may_be_none = _without_none(hint)
    if not _fits(column.type, kinds):
        yield f"{column.name} is {column.type}, and no {hint}"
    if said and not null:
        yield f"{column.name} is never null by the schema: nothing is to be declared"
    elif may_be_none and (said or not null):
        yield f"{column.name} is never null"
    elif null and not said and not may_be_none:
        yield f"{column.name} may be null"


def _without_none(hint: Any) -> tuple[Sequence[Any], bool]:
    if get_origin(hint) in (Union, UnionType):
        kinds = [one for one in get_args(hint) if one is not NoneType]
        return kinds, len(kinds) < len(get_args(hint))
    return [hint], False


def _fits(type_name: str, kinds: Sequence[Any]) -> bool:
    if type_name == "jsonb":
        return all(kind in JSON or get_origin(kind) in JSON for kind in kinds)
    if type_name.startswith("_"):
        return [*kinds] == [list[TYPES[type_name[1:]]]]  # type: ignore[misc]
    return [*kinds] == [TYPES.get(type_name)]


def nullable_columns(statement: Executable, columns: Sequence[Described]) -> dict[str, bool]:
    """Which columns may be null: stored ones by the schema, unless an outer join may leave them
    out; expressions always may.
    """
    if isinstance(statement, TextClause):
        is_outer = bool(_OUTER.search(statement.text))
        return {one.name: is_outer or one.is_stored_null is not False for one in columns}
    assert isinstance(statement, ReturnsRows)
    return {
        one.name: one.is_stored_null is not False or _is_outer(element, statement)
        for one, element in zip(columns, statement.exported_columns, strict=True)
    }


def _is_outer(element: Any, statement: Executable) -> bool:
    """Whether a column is on the side of an outer join that may be missing, at any depth."""
    while isinstance(element, Label):
        element = element.element
    source = getattr(element, "table", None)
    if source is None or not isinstance(statement, Select):
        return False
    if source in missing_sides(statement.get_final_froms()):
        return True
    inner = source.element if isinstance(source, Subquery | CTE | Alias) else None
    if isinstance(inner, Select):
        return _is_outer(inner.selected_columns[element.key], inner)
    return False


def missing_sides(sources: Sequence[FromClause]) -> set[FromClause]:
    """What outer joins may leave out."""
    return {one for source in sources for one in _missing(source, False)}


def _missing(source: FromClause, is_missing: bool) -> Iterator[FromClause]:
    if isinstance(source, Join):
        yield from _missing(source.left, is_missing or source.full)
        yield from _missing(source.right, is_missing or source.isouter or source.full)
    elif is_missing:
        yield source


def _numbered(statement: Executable) -> str:
    """The text with `$1`, `$2`… for its parameters, as the protocol has them."""
    compiled = compile_once(statement, _written(statement))
    text, _ = compiled.with_values(
        {
            name: [None] if bind.expanding else bind.value
            for name, bind in compiled.compiler.binds.items()
        }
    )
    places: dict[str, int] = {}
    numbered = _PLACE.sub(lambda found: f"${places.setdefault(found[1], len(places) + 1)}", text)
    return numbered.replace("%%", "%")


def _written(statement: Executable) -> tuple[str, ...]:
    """Some columns of an INSERT, which takes what it is given."""
    if not isinstance(statement, Insert):
        return ()
    return tuple(one.name for one in cast("Table", statement.table).primary_key)


def _facts(
    connection: psycopg.Connection[Any], oid: int, table: int, number: int
) -> tuple[str, bool | None]:
    (facts,) = connection.execute(
        "SELECT (SELECT typname FROM pg_type WHERE oid = %s),"
        " (SELECT NOT attnotnull FROM pg_attribute WHERE attrelid = %s AND attnum = %s)",
        [oid, table, number],
    ).fetchall()
    return facts[0], facts[1]
