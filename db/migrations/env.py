"""Alembic's entry: connects, takes the migration lock, runs what is missing."""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from db.schema_version import read_revision, refuse_unknown

MIGRATION_LOCK = 7_060_501
"""Key of the advisory lock that keeps two migration jobs apart."""


def run() -> None:
    """Runs the migrations that the database lacks; refuses a schema that they cannot go on from."""
    engine = create_engine(context.config.attributes["database_url"], poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        refuse_unknown(read_revision(connection.connection.cursor()))
        context.configure(connection=connection)
        context.run_migrations()


run()
