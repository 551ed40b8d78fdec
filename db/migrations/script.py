"""What migrations share: a file of SQL statements run as it is, a table of allowed moves stored."""

from pathlib import Path

from alembic import op
from sqlalchemy import text


def run_script(migration: str, name: str) -> None:
    """Runs the file `name` beside `migration` as it is; SQLAlchemy would read its percent signs."""
    cursor = op.get_bind().connection.cursor()
    cursor.execute(Path(migration).with_name(name).read_text("utf-8"))
    cursor.close()


def store_moves(kind: str, table: str, stays: str = "", *, are_new: bool = True) -> None:
    """Stores the statuses and the moves of a kind of case: `table` has lines `status > targets`.

    `stays` are statuses that a change of the case may leave as they are. `are_new`: the
    statuses before the signs are not stored yet.
    """
    rows = [line.split(">") for line in table.strip().splitlines()]
    for status, _ in rows if are_new else ():
        _execute(f"INSERT INTO {kind}_statuses VALUES (:status)", status=status.strip())  # noqa: S608
    moves = [(status.strip(), target) for status, targets in rows for target in targets.split()]
    for status, target in moves + [(status, status) for status in stays.split()]:
        _execute(
            f"INSERT INTO {kind}_moves VALUES (:status, :target)",  # noqa: S608
            status=status,
            target=target,
        )


def _execute(statement: str, **params: str) -> None:
    op.get_bind().execute(text(statement), params)
