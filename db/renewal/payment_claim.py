"""«Платёж в пути»: clients' claims of payments on their way. A payment order that was uploaded with
one is a file of the store, under the claim's own id.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.file.store import FILE_COLUMNS, FileRow
from db.query import Query, row, typed
from db.tables import file_contents, files, orders, payment_claims, renewals


@row
class ClaimRow:
    """A client's claim that a payment is on its way."""

    claimed_by: str
    claimed_at: datetime


_PUT = insert(payment_claims).on_conflict_do_nothing(index_elements=["id"])
_since = (
    select(orders.c.placed_at)
    .join(renewals, renewals.c.order_id == orders.c.id)
    .where(renewals.c.id == bindparam("renewal_id"))
    .scalar_subquery()
)
_of_case = (
    select(payment_claims)
    .where(
        payment_claims.c.renewal_id == bindparam("renewal_id"),
        payment_claims.c.claimed_at >= func.coalesce(_since, payment_claims.c.claimed_at),
    )
    .order_by(payment_claims.c.claimed_at.desc(), payment_claims.c.id)
    .limit(1)
)
_FILES = typed(
    FileRow,
    select(*FILE_COLUMNS)
    .select_from(files)
    .join(file_contents, file_contents.c.sha256 == files.c.sha256),
)
_shown = (
    _of_case.where(payment_claims.c.sha256.is_not(None))
    .with_only_columns(payment_claims.c.id)
    .scalar_subquery()
)
_FILE = _FILES.narrowed(lambda rows: rows.where(files.c.id == _shown))
_OF_ID = _FILES.narrowed(
    lambda rows: (
        rows.join(payment_claims, payment_claims.c.id == files.c.id)
        .join(renewals, renewals.c.id == payment_claims.c.renewal_id)
        .where(
            payment_claims.c.id == bindparam("claim_id"),
            renewals.c.client_id == bindparam("of_client"),
        )
    )
)
_LATEST = typed(
    ClaimRow,
    _of_case.with_only_columns(payment_claims.c.claimed_by, payment_claims.c.claimed_at),
)


def put(
    transaction: Transaction,
    claim_id: UUID,
    *,
    renewal_id: str,
    claimed_by: str,
    at: datetime,
    media_type: str | None = None,
    sha256: str | None = None,
) -> None:
    """Stores a claim; of an uploaded payment order, which stands in the store of files, its type
    and digest. A repeat changes nothing.
    """
    transaction.write(
        _PUT,
        id=claim_id,
        renewal_id=renewal_id,
        claimed_by=claimed_by,
        media_type=media_type,
        sha256=sha256,
        claimed_at=at,
    )


def latest(renewal_id: str) -> Query[ClaimRow]:
    """The newest claim of a case's present order, or of any when it has none."""
    return _LATEST(renewal_id=renewal_id)


def file(renewal_id: str) -> Query[FileRow]:
    """The newest payment order uploaded for the present order, or for any when there is none."""
    return _FILE(renewal_id=renewal_id)


def file_of(claim_id: UUID, client_id: str) -> Query[FileRow]:
    """The payment order that a client uploaded with a claim."""
    return _OF_ID(claim_id=claim_id, of_client=client_id)
