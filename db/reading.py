"""Typed reading of several queries in one round trip."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, TypeVar, overload

from db.query import Query

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")
J = TypeVar("J")
K = TypeVar("K")
Q = Query


class Reader(ABC):
    """A database or a transaction, which can be asked for rows."""

    @overload
    async def read(self, a: Q[A], /) -> tuple[list[A]]: ...
    @overload
    async def read(self, a: Q[A], b: Q[B], /) -> tuple[list[A], list[B]]: ...
    @overload
    async def read(self, a: Q[A], b: Q[B], c: Q[C], /) -> tuple[list[A], list[B], list[C]]: ...
    @overload
    async def read(
        self, a: Q[A], b: Q[B], c: Q[C], d: Q[D], /
    ) -> tuple[list[A], list[B], list[C], list[D]]: ...
    @overload
    async def read(
        self, a: Q[A], b: Q[B], c: Q[C], d: Q[D], e: Q[E], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E]]: ...
    @overload
    async def read(
        self, a: Q[A], b: Q[B], c: Q[C], d: Q[D], e: Q[E], f: Q[F], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F]]: ...
    @overload
    async def read(
        self, a: Q[A], b: Q[B], c: Q[C], d: Q[D], e: Q[E], f: Q[F], g: Q[G], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F], list[G]]: ...
    @overload
    async def read(
        self, a: Q[A], b: Q[B], c: Q[C], d: Q[D], e: Q[E], f: Q[F], g: Q[G], h: Q[H], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F], list[G], list[H]]: ...
    @overload
    async def read(
        self, a: Q[A], b: Q[B], c: Q[C], d: Q[D], e: Q[E], f: Q[F], g: Q[G], h: Q[H], j: Q[J], /
    ) -> tuple[list[A], list[B], list[C], list[D], list[E], list[F], list[G], list[H], list[J]]: ...
    @overload
    async def read(
        self,
        a: Q[A],
        b: Q[B],
        c: Q[C],
        d: Q[D],
        e: Q[E],
        f: Q[F],
        g: Q[G],
        h: Q[H],
        j: Q[J],
        k: Q[K],
        /,
    ) -> tuple[
        list[A],
        list[B],
        list[C],
        list[D],
        list[E],
        list[F],
        list[G],
        list[H],
        list[J],
        list[K],
    ]: ...
    @overload
    async def read(self, *queries: Q[A]) -> tuple[list[A], ...]: ...
    async def read(self, *queries: Q[Any]) -> Any:
        """The rows of each query, all in one round trip; more go by `db.facts`."""
        return await self._read(queries)

    @abstractmethod
    async def _read(self, queries: Sequence[Q[Any]]) -> tuple[list[Any], ...]:
        """Asks the queries together; the rows of each, in their order."""
