"""Every statement gives the rows that its dataclass says, by the migrated schema."""

import ast
import pkgutil
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, bindparam, func, insert, select, text

import db
from db.database import Database
from db.query import REGISTERED, TypedStatement, row
from db.tables import clients, invoices, payments
from tests.books import Books
from tests.db.described import differences

MIGRATIONS = "db.migrations"
MAKERS = {"typed", "TypedStatement", "Query", "invariant", "CaseStore"}
DECLARING = {"query.py", "invariant.py", "case_store.py"}
"""Where statements are made of what the modules' top levels call."""


def _named() -> dict[str, TypedStatement[Any]]:
    """Every statement of the product by its module and name."""
    modules = [
        import_module(one.name)
        for one in pkgutil.walk_packages(db.__path__, "db.")
        if not one.name.startswith(MIGRATIONS)
    ]
    return {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, TypedStatement)
    }


NAMED = _named()
DECLARED = {id(one): one for one in [*REGISTERED, *NAMED.values()]}
NAMES = {id(one): name for name, one in NAMED.items()}


@pytest.mark.parametrize(
    "statement", DECLARED.values(), ids=lambda one: NAMES.get(id(one), one.row.__name__)
)
def test_every_statement_gives_the_rows_it_says(
    statement: TypedStatement[Any], books: Books
) -> None:
    assert list(differences(books.connection, statement)) == []


@row
class Numbered:
    """A row for these tests."""

    number: str
    voided_at: datetime | None


@row
class Otherwise:
    """The same columns by another name."""

    number: str
    void_since: datetime | None


@row
class Reversed:
    """The same columns in another order."""

    voided_at: datetime | None
    number: str


@row
class Counted:
    """Another type for the first column."""

    number: int
    voided_at: datetime | None


@row
class Certain:
    """A value where there may be none."""

    number: str
    voided_at: datetime


@row
class Doubtful:
    """None where there is always a value."""

    number: str | None
    voided_at: datetime | None


@row
class Many:
    """An expression."""

    many: int


@row
class Maybe:
    """An expression that may be null."""

    many: int | None


@row
class Papers:
    """JSON and lists."""

    besides: dict[str, Any]


@row
class Words:
    """JSON as if it were text."""

    besides: str


_NUMBERS = select(invoices.c.number, invoices.c.voided_at)
_MANY = select(func.count().label("many"))
_JOINED = select(clients.c.name.label("number"), invoices.c.voided_at)
_of_client = clients.c.id == invoices.c.client_id
_INNER = _JOINED.select_from(invoices.join(clients, _of_client))
_OUTER = _JOINED.select_from(invoices.outerjoin(clients, _of_client))
_FULL = _JOINED.select_from(clients.join(invoices, _of_client, full=True))
_inner = _OUTER.subquery()
_NESTED = select(_inner.c.number, _inner.c.voided_at)
_TEXT = text("SELECT number, voided_at FROM invoices WHERE number = :number")
_TEXT_OUTER = text(
    "SELECT c.name AS number, i.voided_at FROM invoices i LEFT JOIN clients c ON c.id = i.client_id"
)
_STORED = insert(invoices).returning(invoices.c.number, invoices.c.voided_at)
_NULL = "number may be null"
_NEVER = "number is never null"


@pytest.mark.parametrize("statement", [_NUMBERS, _INNER, _TEXT, _STORED])
def test_a_row_of_the_right_columns_is_found_right(statement: Executable, books: Books) -> None:
    assert _found(books, Numbered, statement) == []


@pytest.mark.parametrize(
    ("row", "statement", "found"),
    [
        (Otherwise, _NUMBERS, "the columns are number, voided_at, the fields number, void_since"),
        (Reversed, _NUMBERS, "the columns are number, voided_at, the fields voided_at, number"),
        (Counted, _NUMBERS, "number is text, and no <class 'int'>"),
        (Certain, _NUMBERS, "voided_at may be null"),
        (Certain, _STORED, "voided_at may be null"),
        (Doubtful, _NUMBERS, _NEVER),
        (Doubtful, _INNER, _NEVER),
        (Doubtful, _TEXT, _NEVER),
        (Numbered, _OUTER, _NULL),
        (Numbered, _FULL, _NULL),
        (Numbered, _NESTED, _NULL),
        (Numbered, _TEXT_OUTER, _NULL),
        (Many, _MANY, "many may be null"),
        (Words, select(payments.c.besides), "besides is jsonb, and no <class 'str'>"),
    ],
)
def test_a_difference_is_found(
    row: type[Any], statement: Executable, found: str, books: Books
) -> None:
    assert _found(books, row, statement) == [found]


@pytest.mark.parametrize(
    ("row", "statement"),
    [
        (Doubtful, _OUTER),
        (Doubtful, _NESTED),
        (Doubtful, _TEXT_OUTER),
        (Maybe, _MANY),
        (Papers, select(payments.c.besides)),
    ],
)
def test_what_may_be_null_or_json_may_be_said_so(
    row: type[Any], statement: Executable, books: Books
) -> None:
    assert _found(books, row, statement) == []


def test_an_expression_that_is_never_null_is_declared(books: Books) -> None:
    assert _found(books, Many, _MANY, "many") == []
    assert _found(books, Maybe, _MANY, "many") == ["many is never null"]


@pytest.mark.parametrize(
    ("never_null", "found"),
    [
        ("number", "number is never null by the schema: nothing is to be declared"),
        ("sum", "sum is no column"),
    ],
)
def test_a_declaration_that_says_nothing_is_found(
    never_null: str, found: str, books: Books
) -> None:
    assert _found(books, Numbered, _NUMBERS, never_null) == [found]


async def test_rows_of_other_columns_are_refused_when_they_come(
    database: Database, books: Books
) -> None:
    books.invoice()
    numbers = TypedStatement(Otherwise, _NUMBERS, frozenset())
    with pytest.raises(TypeError, match="Otherwise is not what the statement gives"):
        await database.rows(numbers())


async def test_a_narrowed_statement_gives_the_same_rows(database: Database, books: Books) -> None:
    numbers = TypedStatement(Numbered, _NUMBERS, frozenset())
    one = books.invoice()
    narrowed = numbers.narrowed(lambda all_: all_.where(invoices.c.number == bindparam("number")))
    assert await database.rows(narrowed(number=one)) == [Numbered(one, None)]


def test_statements_are_declared_once_at_the_top_of_their_modules() -> None:
    root = Path(db.__file__).parent
    inside = [
        f"{path.relative_to(root)}:{call.lineno}"
        for path in root.rglob("*.py")
        if path.name not in DECLARING
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) in MAKERS
    ]
    assert inside == []


def _found(books: Books, row: type[Any], statement: Executable, *never_null: str) -> list[str]:
    declared = TypedStatement(row, statement, frozenset(never_null))
    return list(differences(books.connection, declared))
