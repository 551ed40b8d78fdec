"""The papers of a dossier: files of the store, and those that are printed for it."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from db.database import Database
from db.dispute.evidence import EvidenceRow
from db.file.store import pieces
from domain.dispute.evidence import EvidenceKind, EvidenceSource, Visibility
from domain.dossier.dossier import LeftOut, Paper
from domain.file.file import FileStatus
from starter.commands.dossier.matter import LANGUAGE
from texts import translate

MADE_BY_US = (EvidenceSource.SYSTEM, EvidenceSource.BANK, EvidenceSource.ACQUIRER)
"""Sources of papers that are made of our rows: their texts can be masked."""


def papers_of(rows: Sequence[EvidenceRow]) -> list[Paper]:
    """The papers of a dispute, the first one first."""
    superseded = {one.supersedes for one in rows}
    return [_paper(one, is_superseded=one.id in superseded) for one in rows]


async def with_contents(database: Database, papers: Sequence[Paper]) -> list[Paper]:
    """The papers that are to be masked, with what they say; the others as they are."""
    return [await _with_content(database, one) for one in papers]


def printed(kind: EvidenceKind, name: str, content: bytes, about: str, at: datetime) -> Paper:
    """A paper of ours that was printed from what is stored, and sent at that instant."""
    return Paper(
        kind=EvidenceKind(kind).name.lower(),
        name=name,
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
        source=EvidenceSource.SYSTEM,
        about=about,
        by="system",
        at=at,
        content=content,
    )


def _paper(row: EvidenceRow, *, is_superseded: bool) -> Paper:
    is_made = row.source in MADE_BY_US
    return Paper(
        kind=EvidenceKind(row.kind).name.lower(),
        name=row.name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        source=row.source,
        about=translate(f"dispute.paper.{row.about}", LANGUAGE) if is_made else row.about,
        by=row.added_by,
        at=row.added_at,
        is_ours=row.visibility == Visibility.OURS,
        note=row.note,
        left_out=None if row.scan_status == FileStatus.CLEAN else LeftOut(row.scan_status),
        is_superseded=is_superseded,
    )


async def _with_content(database: Database, paper: Paper) -> Paper:
    if paper.source not in MADE_BY_US or paper.left_out or paper.content is not None:
        return paper
    found = [piece async for piece in pieces(database, paper.sha256, paper.size_bytes)]
    return Paper(**{**vars(paper), "content": b"".join(found)})
