"""Filters of the desk's lists that a person keeps under a name."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, text

from db.database import Database
from db.query import Query, row, typed
from db.tables import saved_views

MAX_VIEWS = 20
"""Of one person; the database has no place for more."""


@row
class SavedView:
    """A filter: the list, the address's query, and its name."""

    id: UUID
    list: str
    name: str
    query: str


@row
class ViewPlace:
    """Where a filter was put."""

    place: int


_OF_PERSON = typed(
    SavedView,
    text("""
SELECT id, list, name, query FROM saved_views
 WHERE login = :login AND role = :role AND :list IN ('', list) ORDER BY list, place
"""),
)
_REPLACE = typed(
    ViewPlace,
    text("""
UPDATE saved_views SET query = :query, saved_at = :at
 WHERE login = :login AND role = :role AND list = :list AND name = :name RETURNING place
"""),
)
_PUT = typed(
    ViewPlace,
    text(f"""
INSERT INTO saved_views (id, login, role, place, list, name, query, saved_at)
SELECT :id, :login, :role, free, :list, :name, :query, :at
  FROM generate_series(1, {MAX_VIEWS}) AS free
 WHERE NOT EXISTS (SELECT FROM saved_views
                    WHERE login = :login AND role = :role AND place = free)
 ORDER BY free LIMIT 1
    ON CONFLICT DO NOTHING RETURNING place
"""),  # noqa: S608  only a constant of this module is put into it
)
_DELETE = typed(
    ViewPlace,
    delete(saved_views)
    .where(
        saved_views.c.id == bindparam("view_id"),
        saved_views.c.login == bindparam("login"),
        saved_views.c.role == bindparam("role"),
    )
    .returning(saved_views.c.place),
)


def of_person(login: str, role: str, of_list: str = "") -> Query[SavedView]:
    """A person's filters of one list, or of all; `MAX_VIEWS` at most."""
    return _OF_PERSON(login=login, role=role, list=of_list)


async def put(
    database: Database,
    view_id: UUID,
    *,
    login: str,
    role: str,
    of_list: str,
    name: str,
    query: str,
    at: datetime,
) -> bool:
    """Keeps a filter, or gives the one of this name another query; False: the person has no place
    left.
    """
    kept = {"login": login, "role": role, "list": of_list, "name": name, "query": query, "at": at}
    for _ in range(MAX_VIEWS):  # another window of the same person may take the free place
        if await database.row(_REPLACE(**kept)) or await database.row(_PUT(id=view_id, **kept)):
            return True
        if len(await database.rows(of_person(login, role))) >= MAX_VIEWS:
            return False
    return False


async def remove(database: Database, view_id: UUID, login: str, role: str) -> bool:
    """Deletes a person's own filter; False where it has no such."""
    return await database.row(_DELETE(view_id=view_id, login=login, role=role)) is not None
