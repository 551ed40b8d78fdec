"""Who has seen the requisites of a case whole, when, and where."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Text, bindparam, cast, insert, or_, select

from db.database import Database
from db.query import Query, row, typed
from db.tables import payment_orders, requisites_reads


@row
class RequisitesRead:
    """One read; `shown_as` names what showed the requisites."""

    id: int
    shown_as: str
    role: str
    login: str
    read_at: datetime


_reads = requisites_reads.c
_runs_of_case = select(cast(payment_orders.c.run_id, Text)).where(
    payment_orders.c.case_id == bindparam("of_case")
)
_OF_CASE = typed(
    RequisitesRead,
    select(_reads.id, _reads.shown_as, _reads.role, _reads.login, _reads.read_at)
    .where(
        or_(_reads.subject_id == bindparam("of_case"), _reads.subject_id.in_(_runs_of_case)),
        _reads.id < bindparam("before"),
    )
    .order_by(_reads.id.desc())
    .limit(bindparam("how_many")),
)
_RECORD = insert(requisites_reads)


def of_case(case_id: str, how_many: int, before: int) -> Query[RequisitesRead]:
    """Reads of a case and of the payment runs with its orders, the newest first."""
    return _OF_CASE(of_case=case_id, how_many=how_many, before=before)


async def record(
    database: Database,
    subject_id: str | UUID,
    *,
    shown_as: str,
    role: str,
    login: str,
    at: datetime,
) -> None:
    """Records a read of a case, a payment run or a bank entry; it is stored when this returns."""
    await database.write(
        _RECORD,
        subject_id=str(subject_id),
        shown_as=shown_as,
        role=role,
        login=login,
        read_at=at,
    )
