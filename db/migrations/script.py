"""Runs a migration's file of SQL statements."""

from pathlib import Path

from alembic import op


def run_script(migration: str, name: str) -> None:
    """Runs the file `name` beside `migration` as it is; SQLAlchemy would read its percent signs."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(migration).with_name(name).read_text("utf-8"))
    cursor.close()
