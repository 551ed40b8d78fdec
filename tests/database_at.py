"""A database that says it is at a revision of the migrations."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg

from stack.postgres import Postgres


@contextmanager
def database_at(postgres: Postgres, revision: str | None) -> Iterator[str]:
    """Its address; None: nobody has migrated it. It is gone afterwards."""
    name = f"at_{uuid4().hex}"
    url = postgres.create_database(name)
    if revision is not None:
        stamp(url, revision)
    try:
        yield url
    finally:
        postgres.drop_database(name)


def stamp(url: str, revision: str) -> None:
    """Says that an empty database is at a revision."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
        connection.execute("INSERT INTO alembic_version VALUES (%s)", [revision])
