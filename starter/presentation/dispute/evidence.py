"""The papers of a dispute and its checklist, as a caller sees them."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from db.dispute.evidence import EvidenceRow
from db.dispute.reads import DisputeRow
from domain.access.roles import SYSTEM, Role
from domain.dispute.dispute import DisputeKind
from domain.dispute.evidence import (
    EvidenceKind,
    EvidenceSource,
    Need,
    Visibility,
    checklist,
)
from domain.file.file import FileStatus
from starter.caller import Caller
from starter.presentation.file.file import PreviewShown, preview_shown
from starter.presentation.models import Shown
from texts import Language, translate


class EvidenceShown(Shown):
    """A paper: what it is, whose, about what, of which day; SHA-256 and size of its content. A
    picture has a `preview`, once it is clean and if it could be decoded.
    """

    id: UUID
    kind: EvidenceKind
    kind_title: str
    source: EvidenceSource
    source_title: str
    about: str
    made_on: date
    name: str
    sha256: str
    media_type: str
    size_bytes: int
    scan: FileStatus
    scan_title: str
    preview: PreviewShown | None
    visibility: Visibility
    note: str | None
    supersedes: UUID | None
    superseded_by: UUID | None
    added_by: str | None
    added_at: datetime


class ChecklistShown(Shown):
    """A kind of papers, whether it is required, and how many there are."""

    kind: EvidenceKind
    kind_title: str
    need: Need
    need_title: str
    papers: int
    is_missing: bool


def evidence_shown(
    rows: Sequence[EvidenceRow], caller: Caller, language: Language
) -> list[EvidenceShown]:
    """The papers that a caller may see."""
    seen = _seen(rows, caller)
    better = {row.supersedes: row.id for row in seen if row.supersedes is not None}
    is_client = caller.role is Role.CLIENT
    return [_paper(row, better.get(row.id), language, is_client=is_client) for row in seen]


def _seen(rows: Sequence[EvidenceRow], caller: Caller) -> list[EvidenceRow]:
    is_client = caller.role is Role.CLIENT
    return [one for one in rows if not is_client or one.visibility == Visibility.BOTH]


def _paper(
    row: EvidenceRow, superseded_by: UUID | None, language: Language, *, is_client: bool
) -> EvidenceShown:
    is_made = row.added_by == SYSTEM
    hides = is_client and row.source != EvidenceSource.CLIENT
    return EvidenceShown(
        id=row.id,
        kind=EvidenceKind(row.kind),
        kind_title=translate(f"dispute.evidence.{row.kind}", language),
        source=EvidenceSource(row.source),
        source_title=translate(f"dispute.source.{row.source}", language),
        about=translate(f"dispute.paper.{row.about}", language) if is_made else row.about,
        made_on=row.made_on,
        name=row.name,
        sha256=row.sha256,
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        scan=FileStatus(row.scan_status),
        scan_title=translate(f"file.status.{row.scan_status}", language),
        preview=preview_shown(row),
        visibility=Visibility(row.visibility),
        note=None if hides else row.note,
        supersedes=row.supersedes,
        superseded_by=superseded_by,
        added_by=None if hides else row.added_by,
        added_at=row.added_at,
    )


def checklist_shown(
    row: DisputeRow, papers: Sequence[EvidenceRow], caller: Caller, language: Language
) -> list[ChecklistShown]:
    """What a dispute of this kind needs, and what of it there is that the caller may see; of one
    that has ended only what there is: nothing is brought any more.
    """
    seen = _seen(papers, caller)
    better = {one.supersedes for one in seen}
    counting = [EvidenceKind(one.kind) for one in seen if one.id not in better]
    return [
        ChecklistShown(
            kind=line.kind,
            kind_title=translate(f"dispute.evidence.{line.kind.value}", language),
            need=line.need,
            need_title=translate(f"dispute.need.{line.need}", language),
            papers=line.papers,
            is_missing=line.is_missing,
        )
        for line in checklist(DisputeKind(row.kind), counting)
        if row.closed_at is None or line.papers
    ]


def paper_kinds(language: Language) -> list[tuple[str, str]]:
    """The eight kinds of papers, as a form offers them."""
    return [
        (str(kind.value), translate(f"dispute.evidence.{kind.value}", language))
        for kind in EvidenceKind
    ]
