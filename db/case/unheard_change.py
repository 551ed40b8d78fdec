"""Changes that the workflows of cases may not know: not confirmed by them yet."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from db.database import Database
from db.query import row, typed
from db.tables import unheard_changes


@row
class UnheardChange:
    """The last change of a case, noted at an instant that no later note has; of what has changed
    beside the case there is no number.
    """

    case_id: str
    number: int | None
    at: datetime


_OLDEST = typed(
    UnheardChange,
    select(unheard_changes)
    .order_by(unheard_changes.c.at, unheard_changes.c.case_id)
    .limit(bindparam("how_many")),
)
_REMOVE = delete(unheard_changes).where(
    unheard_changes.c.case_id == bindparam("heard_id"),
    unheard_changes.c.at == bindparam("noted_at"),
)


async def oldest(database: Database, how_many: int) -> Sequence[UnheardChange]:
    """The changes that were stored first."""
    return await database.rows(_OLDEST(how_many=how_many))


async def remove(database: Database, change: UnheardChange) -> None:
    """Removes a change that its case knows or was signalled, unless something was noted since."""
    await database.write(_REMOVE, heard_id=change.case_id, noted_at=change.at)
