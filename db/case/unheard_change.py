"""Changes of cases that their workflows may not know: not confirmed by them yet."""

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, select

from db.database import Database
from db.query import row, typed
from db.tables import unheard_changes


@row
class UnheardChange:
    """The last change of a case."""

    case_id: str
    number: int


_OLDEST = typed(
    UnheardChange,
    select(unheard_changes.c.case_id, unheard_changes.c.number)
    .order_by(unheard_changes.c.at, unheard_changes.c.case_id)
    .limit(bindparam("how_many")),
)
_REMOVE = delete(unheard_changes).where(
    unheard_changes.c.case_id == bindparam("heard_id"),
    unheard_changes.c.number == bindparam("heard_number"),
)


async def oldest(database: Database, how_many: int) -> Sequence[UnheardChange]:
    """The changes that were stored first."""
    return await database.rows(_OLDEST(how_many=how_many))


async def remove(database: Database, change: UnheardChange) -> None:
    """Removes a change that its case knows or was signalled, unless there is a newer one."""
    await database.write(_REMOVE, heard_id=change.case_id, heard_number=change.number)
