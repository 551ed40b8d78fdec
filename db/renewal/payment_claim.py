"""«Платёж в пути»: clients' claims of payments on their way, with the payment orders they
upload.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import orders, payment_claims, renewals


@row
class ClaimRow:
    """A client's claim that a payment is on its way."""

    claimed_by: str
    claimed_at: datetime
    file_id: UUID | None


@row
class ClaimFile:
    """A payment order as it was uploaded."""

    media_type: str
    content: bytes


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
_shown = _of_case.where(payment_claims.c.content.is_not(None))
_FILE = typed(
    ClaimFile,
    _shown.with_only_columns(payment_claims.c.media_type, payment_claims.c.content),
    never_null=("media_type", "content"),
)
_OF_ID = typed(
    ClaimFile,
    select(payment_claims.c.media_type, payment_claims.c.content)
    .join(renewals, renewals.c.id == payment_claims.c.renewal_id)
    .where(
        payment_claims.c.id == bindparam("claim_id"),
        payment_claims.c.content.is_not(None),
        renewals.c.client_id == bindparam("of_client"),
    ),
    never_null=("media_type", "content"),
)
_LATEST = typed(
    ClaimRow,
    _of_case.with_only_columns(
        payment_claims.c.claimed_by,
        payment_claims.c.claimed_at,
        _shown.with_only_columns(payment_claims.c.id).scalar_subquery().label("file_id"),
    ),
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
    content: bytes | None = None,
) -> None:
    """Stores a claim, with the payment order if one was uploaded; a repeat changes nothing."""
    transaction.write(
        _PUT,
        id=claim_id,
        renewal_id=renewal_id,
        claimed_by=claimed_by,
        media_type=media_type,
        sha256=sha256,
        content=content,
        claimed_at=at,
    )


def latest(renewal_id: str) -> Query[ClaimRow]:
    """The newest claim of a case's present order, or of any when it has none; `file_id` is None
    when no payment order was uploaded with this claim or before it.
    """
    return _LATEST(renewal_id=renewal_id)


def file(renewal_id: str) -> Query[ClaimFile]:
    """The newest payment order uploaded for the present order, or for any when there is none."""
    return _FILE(renewal_id=renewal_id)


def file_of(claim_id: UUID, client_id: str) -> Query[ClaimFile]:
    """The payment order that a client uploaded with a claim."""
    return _OF_ID(claim_id=claim_id, of_client=client_id)
