"""What migrations share: a file of SQL statements run as it is, version 1 of a policy stored."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

VALID_FROM = "2020-01-01T00:00:00Z"
"""Before every case: the first version of a policy holds for all that there are."""


def run_script(migration: str) -> None:
    """Runs the .sql file beside `migration` as it is; SQLAlchemy would read its percent signs."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(migration).with_suffix(".sql").read_text("utf-8"))
    cursor.close()


def store_policy(migration: str, kind: str) -> None:
    """Stores version 1 of a policy: the file `<migration>_policy.json` beside `migration`."""
    path = Path(migration)
    statement = text(
        "INSERT INTO policies (kind, version, document, valid_from, author)"
        " VALUES (:kind, 1, CAST(:document AS jsonb), :valid_from, :author)"
    )
    document = path.with_name(f"{path.stem}_policy.json").read_text("utf-8")
    op.get_bind().execute(
        statement,
        {
            "kind": kind,
            "document": document,
            "valid_from": VALID_FROM,
            "author": f"migration {path.stem}",
        },
    )
