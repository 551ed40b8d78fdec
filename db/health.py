"""Whether the database answers, and whether somebody holds a lock of it."""

from sqlalchemy import BigInteger, bindparam, cast, column, literal, select, table

from db.database import Database
from db.query import row, typed


@row
class HeldLock:
    """A lock that a connection holds."""

    is_held: bool


_ONE = select(literal(1).label("one"))
_locks = table(
    "pg_locks",
    column("locktype"),
    column("classid"),
    column("objid"),
    column("objsubid"),
    column("granted"),
)
_whole = cast(_locks.c.classid, BigInteger) * 2**32 + cast(_locks.c.objid, BigInteger)
_HELD = typed(
    HeldLock,
    select(_locks.c.granted.label("is_held")).where(
        _locks.c.locktype == "advisory",
        _locks.c.objsubid == 1,
        _whole == bindparam("lock", type_=BigInteger),
    ),
    never_null=("is_held",),
)


async def check(database: Database) -> None:
    """Returns when the database has answered; raises `DatabaseUnavailable` otherwise."""
    await database.write(_ONE)


async def is_held(database: Database, lock: int) -> bool:
    """Whether a connection holds the lock, as `Database.alone` does."""
    return any(one.is_held for one in await database.rows(_HELD(lock=lock)))
