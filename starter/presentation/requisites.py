"""Requisites that are shown whole: the read is recorded first."""

from datetime import UTC, datetime
from uuid import UUID

from db.access import requisites_read
from db.database import Database
from domain.access.requisites_read import RECORDED, ShownAs
from starter.caller import Caller


async def record_read(
    database: Database, caller: Caller, subject_id: str | UUID, shown_as: ShownAs
) -> None:
    """Records that staff see requisites whole; a client's own and masked ones leave nothing.

    A failure to record is a failure to show: call it before the answer.
    """
    if caller.role in RECORDED:
        await requisites_read.record(
            database,
            subject_id,
            shown_as=shown_as,
            role=caller.role,
            login=caller.login,
            at=datetime.now(UTC),
        )
