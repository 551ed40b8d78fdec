"""Evidence of disputes: stored once, never changed; a better paper supersedes one of its kind."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from db.database import Transaction
from db.query import Query, row, typed
from db.tables import dispute_evidence, dispute_history, file_contents, files


@row
class EvidenceRow:
    """A paper with its file: SHA-256, size, type and scan are those of the content."""

    id: UUID
    kind: int
    source: str
    about: str
    made_on: date
    file_id: UUID
    visibility: str
    note: str | None
    supersedes: UUID | None
    added_by: str
    added_at: datetime
    name: str
    sha256: str
    media_type: str
    size_bytes: int
    scan_status: str
    preview_width: int | None
    preview_height: int | None


@row
class PaperKind:
    """The kind of a paper that counts."""

    id: UUID
    kind: int


_later = dispute_evidence.alias("later")
_taken = dispute_history.c.submission_id == dispute_evidence.c.message_id
_COUNTS = or_(
    dispute_evidence.c.message_id.is_(None),
    select(dispute_history.c.number).where(_taken).exists(),
)
_IS_SUPERSEDED = (
    select(_later.c.id)
    .where(
        _later.c.supersedes == dispute_evidence.c.id,
        or_(
            _later.c.message_id.is_(None),
            select(dispute_history.c.number)
            .where(dispute_history.c.submission_id == _later.c.message_id)
            .exists(),
        ),
    )
    .exists()
)
_EVIDENCE = typed(
    EvidenceRow,
    select(
        dispute_evidence.c.id,
        dispute_evidence.c.kind,
        dispute_evidence.c.source,
        dispute_evidence.c.about,
        dispute_evidence.c.made_on,
        dispute_evidence.c.file_id,
        dispute_evidence.c.visibility,
        dispute_evidence.c.note,
        dispute_evidence.c.supersedes,
        dispute_evidence.c.added_by,
        dispute_evidence.c.added_at,
        files.c.name,
        files.c.sha256,
        file_contents.c.media_type,
        file_contents.c.size_bytes,
        file_contents.c.status.label("scan_status"),
        file_contents.c.preview_width,
        file_contents.c.preview_height,
    )
    .join(files, files.c.id == dispute_evidence.c.file_id)
    .join(file_contents, file_contents.c.sha256 == files.c.sha256)
    .where(dispute_evidence.c.dispute_id == bindparam("dispute_id"), _COUNTS)
    .order_by(dispute_evidence.c.added_at, dispute_evidence.c.id)
    .limit(bindparam("at_most")),
)
_ONE = _EVIDENCE.narrowed(lambda rows: rows.where(dispute_evidence.c.id == bindparam("paper_id")))
_KINDS = typed(
    PaperKind,
    select(dispute_evidence.c.id, dispute_evidence.c.kind).where(
        dispute_evidence.c.dispute_id == bindparam("dispute_id"), _COUNTS, ~_IS_SUPERSEDED
    ),
)
_PUT = insert(dispute_evidence).on_conflict_do_nothing(index_elements=["id"])


def of(dispute_id: str, at_most: int) -> Query[EvidenceRow]:
    """The papers that a dispute has taken, the first one first; superseded ones too."""
    return _EVIDENCE(dispute_id=dispute_id, at_most=at_most)


def one(dispute_id: str, paper_id: UUID) -> Query[EvidenceRow]:
    """A paper that a dispute has taken."""
    return _ONE(dispute_id=dispute_id, paper_id=paper_id, at_most=1)


def kinds_of(dispute_id: str) -> Query[PaperKind]:
    """The kinds of the papers that count: taken, and superseded by no better one."""
    return _KINDS(dispute_id=dispute_id)


def put(transaction: Transaction, papers: Sequence[dict[str, Any]]) -> None:
    """Stores papers, each once."""
    for paper in papers:
        transaction.write(_PUT, **paper)
