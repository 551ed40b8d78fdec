"""The versions of the policies."""

from datetime import datetime

from sqlalchemy import bindparam, select

from db.database import Query, Row
from db.tables import policies
from domain.refund.policy import RefundPolicy
from domain.renewal.policy import RenewalPolicy

_VALID = (
    select(policies)
    .where(policies.c.kind == "refund", policies.c.valid_from <= bindparam("at"))
    .order_by(policies.c.version.desc())
    .limit(1)
)
_RENEWAL_VALID = (
    select(policies)
    .where(policies.c.kind == "renewal", policies.c.valid_from <= bindparam("at"))
    .order_by(policies.c.version.desc())
    .limit(1)
)


def valid_at(at: datetime) -> Query:
    """The newest refund policy valid at an instant."""
    return _VALID, {"at": at}


def policy_from(row: Row) -> RefundPolicy:
    """The policy a row holds."""
    return RefundPolicy.from_document(row.version, row.document)


def renewal_valid_at(at: datetime) -> Query:
    """The newest renewal policy valid at an instant."""
    return _RENEWAL_VALID, {"at": at}


def renewal_policy_from(row: Row) -> RenewalPolicy:
    """The renewal policy a row holds."""
    return RenewalPolicy.from_document(row.version, row.document)
