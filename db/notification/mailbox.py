"""The mail addresses of our roles, one a role."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.query import Query, row, typed
from db.tables import mailboxes
from domain.access.roles import Role


@row
class MailboxRole:
    """The role of a mailbox."""

    role: str


@row
class MailboxRow:
    """The address of a role."""

    role: str
    address: str


_ALL = typed(MailboxRow, select(mailboxes))
_put = insert(mailboxes)
_PUT = typed(
    MailboxRole,
    _put.on_conflict_do_update(
        index_elements=["role"], set_={"address": _put.excluded.address}
    ).returning(mailboxes.c.role),
)

_PUT_FIRST = typed(
    MailboxRole, _put.on_conflict_do_nothing(index_elements=["role"]).returning(mailboxes.c.role)
)


def all_boxes() -> Query[MailboxRow]:
    """The roles that have an address: four at most."""
    return _ALL()


async def put(database: Database, role: Role, address: str) -> bool:
    """Stores a role's address or replaces it; letters not sent yet go to the new one."""
    return bool(await database.rows(_PUT(role=role, address=address)))


async def put_first(database: Database, role: Role, address: str) -> bool:
    """Stores a role's address unless it has one; returns whether it had none."""
    return bool(await database.rows(_PUT_FIRST(role=role, address=address)))
