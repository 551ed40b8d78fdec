"""Checks that a database has this release's schema, and says what to do when it has another."""

import re
from pathlib import Path
from typing import Any

import psycopg

_VERSIONS = Path(__file__).with_name("migrations") / "versions"
REVISIONS = tuple(sorted(path.stem for path in _VERSIONS.glob("[0-9]*.py")))
"""Every migration of this release in its order: a migration's revision is its file's name."""
NEWEST = REVISIONS[-1]
_BEFORE_THE_BASELINE = re.compile(r"\d{4}")
"""Revisions were bare numbers before these migrations replaced them; none was ever released."""
CONNECT_SECONDS = 5


class SchemaRefused(Exception):  # noqa: N818  the name says what is the matter
    """One sentence for a person: which schema the database has, and what to do."""


class SchemaUnknown(Exception):  # noqa: N818  the name says what is the matter
    """The database does not answer, so its schema is unknown."""


def require_newest(database_url: str) -> None:
    """Returns when the database has the schema of this release; changes nothing.

    Raises `SchemaRefused` when it has another one or none, `SchemaUnknown` when it does not
    answer.
    """
    try:
        with psycopg.connect(database_url, connect_timeout=CONNECT_SECONDS) as connection:
            found = read_revision(connection.cursor())
    except psycopg.OperationalError as error:
        raise SchemaUnknown(str(error).partition("\n")[0]) from None
    refuse_unknown(found)
    if found != NEWEST:
        has = f"the database's schema is {found}" if found else "the database has no schema"
        raise SchemaRefused(
            f"{has} and this release needs {NEWEST}: run `python -m starter migrate` first"
        )


def refuse_unknown(found: str | None) -> None:
    """Raises `SchemaRefused` for a schema that these migrations cannot bring to the newest."""
    if found is None or found in REVISIONS:
        return
    if _BEFORE_THE_BASELINE.fullmatch(found):
        raise SchemaRefused(
            f"the database's schema is {found}, of before the first release, and cannot be"
            " migrated: start with an empty database (`make clean` drops the one of `make up`)"
        )
    raise SchemaRefused(
        f"the database's schema is {found} and this release knows none after {NEWEST}:"
        " start the release that migrated the database, or a newer one"
    )


def read_revision(cursor: Any) -> str | None:
    """The revision that a database is at; None when it has never been migrated."""
    cursor.execute("SELECT to_regclass('alembic_version') IS NOT NULL")
    if not cursor.fetchone()[0]:
        return None
    cursor.execute("SELECT version_num FROM alembic_version")
    row = cursor.fetchone()
    return str(row[0]) if row else None
