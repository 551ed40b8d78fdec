"""Proposed changes of the policies, and the versions that came of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from db.case.policy import PolicyRow
from db.database import Transaction
from db.query import Query, row, typed
from db.tables import policies, policy_changes
from domain.case.policy_change import ChangeOutcome, PolicyKind

OPEN_ALREADY = "one_open_policy_change"
"""The constraint broken when another change of the same policy is proposed at the same moment."""


@row
class ChangeRow:
    """A proposed change, as it was written and decided."""

    id: UUID
    kind: str
    base_version: int
    document: dict[str, Any]
    valid_from: datetime
    reason: str
    proposed_by: str
    proposed_at: datetime
    outcome: str | None
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    version: int | None


@row
class VersionRow:
    """A version of a policy; who confirmed it and why it was changed, of one that people made."""

    version: int
    document: dict[str, Any]
    valid_from: datetime
    author: str
    created_at: datetime
    confirmed_by: str | None
    reason: str | None


_CHANGES = typed(ChangeRow, select(policy_changes))
_ONE = _CHANGES.narrowed(lambda rows: rows.where(policy_changes.c.id == bindparam("change_id")))
_LOCKED = _ONE.narrowed(lambda rows: rows.with_for_update())
_OPEN = _CHANGES.narrowed(
    lambda rows: rows.where(policy_changes.c.outcome.is_(None)).order_by(policy_changes.c.kind)
)
_ENDED_IN_VAIN = _CHANGES.narrowed(
    lambda rows: (
        rows.where(
            policy_changes.c.kind == bindparam("of_kind"),
            policy_changes.c.outcome.in_([ChangeOutcome.DECLINED, ChangeOutcome.WITHDRAWN]),
        )
        .order_by(policy_changes.c.proposed_at.desc())
        .limit(bindparam("how_many"))
    )
)
_LAST = typed(PolicyRow, select(policies).order_by(policies.c.version.desc()).limit(1))
_NEWEST = _LAST.narrowed(lambda rows: rows.where(policies.c.kind == bindparam("of_kind")))
_NEWEST_OF_CHANGE = _LAST.narrowed(
    lambda rows: rows.where(
        policies.c.kind
        == select(policy_changes.c.kind)
        .where(policy_changes.c.id == bindparam("change_id"))
        .scalar_subquery()
    )
)
_VERSIONS = typed(
    VersionRow,
    select(
        policies.c.version,
        policies.c.document,
        policies.c.valid_from,
        policies.c.author,
        policies.c.created_at,
        policy_changes.c.decided_by.label("confirmed_by"),
        policy_changes.c.reason.label("reason"),
    )
    .outerjoin(
        policy_changes,
        (policy_changes.c.kind == policies.c.kind)
        & (policy_changes.c.version == policies.c.version),
    )
    .where(policies.c.kind == bindparam("of_kind"), policies.c.version < bindparam("before"))
    .order_by(policies.c.version.desc())
    .limit(bindparam("how_many")),
)
_PUT = insert(policy_changes).on_conflict_do_nothing(index_elements=["id"])
_PUT_VERSION = insert(policies)
_DECIDE = update(policy_changes).where(policy_changes.c.id == bindparam("change_id"))


def one(change_id: UUID) -> Query[ChangeRow]:
    """A change."""
    return _ONE(change_id=change_id)


def locked(change_id: UUID) -> Query[ChangeRow]:
    """A change that nobody else decides until the transaction ends."""
    return _LOCKED(change_id=change_id)


def open_changes() -> Query[ChangeRow]:
    """What waits for a second person: one of a kind at most."""
    return _OPEN()


def ended_in_vain(kind: PolicyKind, how_many: int) -> Query[ChangeRow]:
    """What was declined or withdrawn, the latest first."""
    return _ENDED_IN_VAIN(of_kind=kind, how_many=how_many)


def newest(kind: PolicyKind) -> Query[PolicyRow]:
    """The newest version, whether it holds already or not."""
    return _NEWEST(of_kind=kind)


def newest_of_change(change_id: UUID) -> Query[PolicyRow]:
    """The newest version of the policy that a change is about."""
    return _NEWEST_OF_CHANGE(change_id=change_id)


def versions(kind: PolicyKind, how_many: int, before: int) -> Query[VersionRow]:
    """The versions below a number, the newest first."""
    return _VERSIONS(of_kind=kind, how_many=how_many, before=before)


def put(
    transaction: Transaction,
    change_id: UUID,
    base: PolicyRow,
    document: dict[str, Any],
    valid_from: datetime,
    *,
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """Stores a proposal; the same one again changes nothing.

    A second one of a policy breaks `OPEN_ALREADY`.
    """
    transaction.write(
        _PUT,
        id=change_id,
        kind=base.kind,
        base_version=base.version,
        document=document,
        valid_from=valid_from,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )


def decide(
    transaction: Transaction,
    change: ChangeRow,
    outcome: ChangeOutcome,
    *,
    reason: str | None,
    by: str,
    at: datetime,
) -> None:
    """Ends a proposal; a confirmed one becomes the next version of its policy."""
    version = change.base_version + 1 if outcome is ChangeOutcome.CONFIRMED else None
    if version is not None:
        transaction.write(
            _PUT_VERSION,
            kind=change.kind,
            version=version,
            document=change.document,
            valid_from=change.valid_from,
            author=change.proposed_by,
            created_at=at,
        )
    transaction.write(
        _DECIDE,
        change_id=change.id,
        outcome=outcome,
        decided_by=by,
        decided_at=at,
        decision_reason=reason,
        version=version,
    )
