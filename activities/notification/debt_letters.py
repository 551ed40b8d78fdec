"""Letters about debts as they leave: judged again, then sent, withdrawn, or kept for later."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import structlog

from db.collection.leaving import leave_out, queued, withdraw
from db.database import Database
from db.facts import load
from db.notification import delivery
from db.notification.delivery import DueLetter
from domain.access.roles import Role
from domain.collection import notices
from domain.collection.leaving import Leaving, leaving, said_on
from domain.collection.policy import Tone
from domain.notification.notification import NotificationStatus
from domain.notification.transitions import DeliveryTransition

ABOUT_DEBTS = frozenset(notices.letter(tone).template for tone in Tone)
"""Templates of letters about debts."""

log = structlog.get_logger()


async def as_it_leaves(database: Database, row: DueLetter, now: datetime) -> DueLetter | None:
    """A leased letter as it may be sent now; None where it is withdrawn, or leaves later.

    Any other letter than one about debts leaves as it is.
    """
    if row.role != Role.CLIENT or row.template not in ABOUT_DEBTS:
        return row
    while (letter := await load(database, queued(row.id, now))) is not None:
        judged = leaving(letter, now)
        if not judged.left_out and judged.withdrawn is None:
            break
        await _corrected(database, row.id, letter.letter_id, judged)
    else:
        return None
    if judged.waits_until is None:
        return replace(row, params=said_on(letter, now))
    later = DeliveryTransition(
        NotificationStatus.QUEUED, str(judged.delay), due_at=judged.waits_until
    )
    await delivery.settle(database, row.id, later)
    log.info("notification.waits", notification_id=str(row.id), reason=str(judged.delay))
    return None


async def _corrected(
    database: Database, notification_id: UUID, letter_id: str, judged: Leaving
) -> None:
    async with database.transaction() as transaction:
        for collection_id, why in sorted(judged.left_out.items()):
            leave_out(transaction, collection_id, why)
        if judged.withdrawn is not None:
            withdraw(transaction, notification_id, letter_id, judged.withdrawn)
    reasons = sorted({*judged.left_out.values(), *filter(None, [judged.withdrawn])})
    log.info("notification.corrected", notification_id=str(notification_id), reasons=reasons)
