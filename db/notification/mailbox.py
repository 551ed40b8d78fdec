"""The mail addresses of our roles, one a role."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Database
from db.query import Query, TypedStatement, columns_of, row, typed
from db.tables import mailbox_history, mailboxes
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


@row
class MailboxChangeRow:
    """A change of a role's address; `earlier` None: it is the first."""

    role: str
    address: str
    earlier: str | None
    author: str
    at: datetime


_ALL = typed(MailboxRow, select(mailboxes.c.role, mailboxes.c.address))
_HISTORY = typed(
    MailboxChangeRow,
    select(*(mailbox_history.c[name] for name in columns_of(MailboxChangeRow)))
    .order_by(mailbox_history.c.id.desc())
    .limit(bindparam("how_many")),
)
_put = insert(mailboxes)
_PUT = typed(
    MailboxRole,
    _put.on_conflict_do_update(
        index_elements=["role"],
        set_={name: _put.excluded[name] for name in ("address", "written_by", "updated_at")},
        where=mailboxes.c.address != _put.excluded.address,
    ).returning(mailboxes.c.role),
)

_PUT_FIRST = typed(
    MailboxRole, _put.on_conflict_do_nothing(index_elements=["role"]).returning(mailboxes.c.role)
)


def all_boxes() -> Query[MailboxRow]:
    """The roles that have an address: four at most."""
    return _ALL()


def history(how_many: int) -> Query[MailboxChangeRow]:
    """The latest changes of all roles' addresses."""
    return _HISTORY(how_many=how_many)


async def put(database: Database, role: Role, address: str, by: str, at: datetime) -> bool:
    """Stores a role's address or replaces it; letters not sent yet go to the new one. False where
    it has this one.
    """
    return await _stored(database, _PUT, role, address, by, at)


async def put_first(database: Database, role: Role, address: str, by: str, at: datetime) -> bool:
    """Stores a role's address unless it has one; returns whether it had none."""
    return await _stored(database, _PUT_FIRST, role, address, by, at)


async def _stored(
    database: Database,
    statement: TypedStatement[MailboxRole],
    role: Role,
    address: str,
    by: str,
    at: datetime,
) -> bool:
    values = {"role": role, "address": address, "written_by": by, "updated_at": at}
    return bool(await database.rows(statement(**values)))
