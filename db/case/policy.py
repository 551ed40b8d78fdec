"""The versions of the policies."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from db.query import Query, row, typed
from db.tables import policies
from domain.refund.policy import RefundPolicy
from domain.renewal.policy import RenewalPolicy


@row
class PolicyRow:
    """A version of a policy."""

    kind: str
    version: int
    document: dict[str, Any]
    valid_from: datetime
    author: str
    created_at: datetime


_VALID = typed(
    PolicyRow,
    select(policies)
    .where(policies.c.kind == bindparam("of_kind"), policies.c.valid_from <= bindparam("at"))
    .order_by(policies.c.version.desc())
    .limit(1),
)


def in_force(kind: str, at: datetime) -> Query[PolicyRow]:
    """The newest version of a policy valid at an instant."""
    return _VALID(of_kind=kind, at=at)


def valid_at(at: datetime) -> Query[PolicyRow]:
    """The newest refund policy valid at an instant."""
    return _VALID(of_kind="refund", at=at)


def policy_from(row: PolicyRow) -> RefundPolicy:
    """The policy a row holds."""
    return RefundPolicy.from_document(row.version, row.document)


def renewal_valid_at(at: datetime) -> Query[PolicyRow]:
    """The newest renewal policy valid at an instant."""
    return _VALID(of_kind="renewal", at=at)


def inquiry_valid_at(at: datetime) -> Query[PolicyRow]:
    """The newest policy of inquiries valid at an instant."""
    return _VALID(of_kind="inquiry", at=at)


def renewal_policy_from(row: PolicyRow) -> RenewalPolicy:
    """The renewal policy a row holds."""
    return RenewalPolicy.from_document(row.version, row.document)
