"""Where the letters to our own people go: one address a role."""

from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.tables import mailboxes
from domain.access import Role

_put = insert(mailboxes)
_PUT = _put.on_conflict_do_update(
    index_elements=["role"], set_={"address": _put.excluded.address}
).returning(mailboxes.c.role)


async def put(database: Database, role: Role, address: str) -> None:
    """Gives a role its address, or another one; letters not yet sent go to the new one."""
    await database.row(_PUT, role=role, address=address)
