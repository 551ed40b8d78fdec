"""The thread of a dispute: its changes with what was written for them, and its papers."""

from collections.abc import Sequence
from uuid import UUID

from db.database import Database
from db.dispute import evidence, reads
from db.dispute.evidence import EvidenceRow
from db.dispute.reads import DisputeRow
from domain.access.roles import Role
from domain.dispute.evidence import MAX_EVIDENCE, Visibility
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refusal import not_found
from starter.presentation.dispute.dispute import DisputeChangeShown, change_shown
from texts import Language

LAST_CHANGE = 2**31 - 1
"""Above every change's number."""


async def thread_of(
    database: Database,
    caller: Caller,
    dispute_id: str,
    language: Language,
    at_most: int,
    before: int = LAST_CHANGE,
) -> Sequence[DisputeChangeShown]:
    """The changes of a dispute that come before a number, the newest first."""
    heads, rows = await database.read(
        reads.head(dispute_id), reads.changes(dispute_id, at_most, before)
    )
    require_visible(caller, heads)
    return [change_shown(row, caller, language) for row in rows]


async def papers_of(
    database: Database, caller: Caller, dispute_id: str
) -> tuple[DisputeRow, Sequence[EvidenceRow]]:
    """A dispute and its papers; those that are for ours alone too."""
    heads, papers = await database.read(
        reads.head(dispute_id), evidence.of(dispute_id, MAX_EVIDENCE)
    )
    return require_visible(caller, heads), papers


async def paper_of(
    database: Database, caller: Caller, dispute_id: str, paper_id: UUID
) -> "EvidenceFile":
    """A paper's file. Raises `Refusal` `not_found`, to a client also for what is for ours alone."""
    heads, found = await database.read(reads.head(dispute_id), evidence.one(dispute_id, paper_id))
    require_visible(caller, heads)
    is_client = caller.role is Role.CLIENT
    visible = [one for one in found if not is_client or one.visibility == Visibility.BOTH]
    if not visible:
        raise not_found()
    return EvidenceFile(visible[0])


class EvidenceFile:
    """A paper as a file that is given out."""

    def __init__(self, row: EvidenceRow) -> None:
        self.id = row.file_id
        self.name = row.name
        self.media_type = row.media_type
        self.size_bytes = row.size_bytes
        self.status = row.scan_status
        self.sha256 = row.sha256
