"""Whether the database answers."""

from sqlalchemy import literal, select

from db.database import Database

_ONE = select(literal(1).label("one"))


async def check(database: Database) -> None:
    """Returns when the database has answered; raises `DatabaseUnavailable` otherwise."""
    await database.write(_ONE)
