"""What of a dispute its client does not read yet, or never."""

from typing import Final

from db.dispute.reads import ChangeRow
from domain.dispute.dispute import DisputeAction, DisputeStatus

_STANDS: Final = frozenset(
    {DisputeStatus.RESOLVED_CLIENT, DisputeStatus.RESOLVED_PARTLY, DisputeStatus.REJECTED}
)


def told_reason(row: ChangeRow) -> str | None:
    """Why something was decided, as the client reads it: not what one of ours writes to another,
    and of a decision nothing before another person has let it stand.
    """
    if row.action == DisputeAction.SEND_BACK or is_unapproved(row.to_status):
        return None
    is_approved = is_unapproved(row.from_status) and row.to_status in _STANDS
    return row.reason if is_approved else row.decision_reason


def is_unapproved(status: str | None) -> bool:
    """Whether what was decided may still be sent back."""
    return status == DisputeStatus.AWAITING_APPROVAL


def is_of_client(row: ChangeRow) -> bool:
    """Whether the client's own people wrote it; who approves leaves nothing but a login."""
    return row.is_ours is False or row.from_status is None
