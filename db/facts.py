"""What a step reads, in one round trip, and the dataclass that it becomes.

    signing = together(SigningFacts, signature(signature_id), latest_statement(refund_id))
    facts = await load(transaction, signing)  # a SigningFacts

Each query is declared with what its rows become; only `load` uses their positions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Generic, TypeVar, overload

from db.query import Query
from db.reading import Reader

T = TypeVar("T")
U = TypeVar("U")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")


@dataclass(frozen=True)
class Reading(Generic[T]):
    """Queries that are sent together, in this order, and what their rows become."""

    queries: tuple[Query[Any], ...]
    build: Callable[[Sequence[Sequence[Any]]], T]

    def to(self, make: Callable[[T], U]) -> "Reading[U]":
        """The same queries with another result."""
        return Reading(self.queries, lambda found: make(self.build(found)))

    def behind(self, *locks: Query[Any]) -> "Reading[T]":
        """The same after queries that only lock, whose rows are ignored."""
        return Reading((*locks, *self.queries), lambda found: self.build(found[len(locks) :]))


def only(query: Query[T]) -> Reading[T]:
    """The only row of a query; raises ValueError where there is none, or more than one."""
    return Reading((query,), _only)


def first(query: Query[T]) -> Reading[T | None]:
    """The first row of a query; None where there is none."""
    return Reading((query,), lambda found: found[0][0] if found[0] else None)


def every(query: Query[T]) -> Reading[Sequence[T]]:
    """All rows of a query."""
    return Reading((query,), itemgetter(0))


def known(value: T) -> Reading[T]:
    """A value that needs no query."""
    return Reading((), lambda _: value)


@overload
def together(make: Callable[[A, B], T], _a: Reading[A], _b: Reading[B], /) -> Reading[T]: ...
@overload
def together(
    make: Callable[[A, B, C], T], _a: Reading[A], _b: Reading[B], _c: Reading[C], /
) -> Reading[T]: ...
@overload
def together(
    make: Callable[[A, B, C, D], T],
    _a: Reading[A],
    _b: Reading[B],
    _c: Reading[C],
    _d: Reading[D],
    /,
) -> Reading[T]: ...
@overload
def together(
    make: Callable[[A, B, C, D, E], T],
    _a: Reading[A],
    _b: Reading[B],
    _c: Reading[C],
    _d: Reading[D],
    _e: Reading[E],
    /,
) -> Reading[T]: ...
@overload
def together(
    make: Callable[[A, B, C, D, E, F], T],
    _a: Reading[A],
    _b: Reading[B],
    _c: Reading[C],
    _d: Reading[D],
    _e: Reading[E],
    _f: Reading[F],
    /,
) -> Reading[T]: ...
def together(make: Callable[..., T], /, *readings: Reading[Any]) -> Reading[T]:
    """Several readings in one round trip; `make` takes them in this order: a dataclass of facts."""

    def build(found: Sequence[Sequence[Any]]) -> T:
        parts, start = [], 0
        for one in readings:
            end = start + len(one.queries)
            parts.append(one.build(found[start:end]))
            start = end
        return make(*parts)

    return Reading(tuple(query for one in readings for query in one.queries), build)


async def load(source: Reader, reading: Reading[T]) -> T:
    """Reads in one round trip."""
    return reading.build(await source.read(*reading.queries))


def _only(found: Sequence[Sequence[Any]]) -> Any:
    ((row,),) = found
    return row
