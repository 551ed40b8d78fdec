"""The first rows of a list that meet one of several conditions."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select, union_all

from db.query import Query, RowT, TypedStatement, planned_anew


def first_of_any(
    rows: TypedStatement[RowT],
    key: ColumnElement[str],
    conditions: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[object]],
    at_most: int,
) -> Query[RowT]:
    """So many rows, in an order, that meet one of the conditions, which have a column of `key`'s
    table each: the first of each condition are looked up by its own index, by a plan for the values
    of this time.
    """
    found = [
        select(key).where(one).order_by(*order).limit(at_most).subquery() for one in conditions
    ]
    keys = union_all(*(select(*one.c) for one in found))
    return rows.narrowed(
        lambda shown: planned_anew(shown.where(key.in_(keys)).order_by(*order).limit(at_most))
    )()
