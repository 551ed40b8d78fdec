"""The papers of a dossier: files of the store, and those that are printed for it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from db.database import Database
from db.dispute.evidence import EvidenceRow
from db.file.store import pieces
from domain.access.roles import SYSTEM
from domain.dispute.evidence import EvidenceKind, EvidenceSource, Visibility
from domain.dossier.dossier import LeftOut, Paper, Printed
from domain.dossier.masking import masked_content, masked_data
from domain.file.file import FileStatus
from gateways.documents.dispute_paper import DisputePaper, dispute_paper_pdf, rows_of
from starter.commands.dossier.matter import LANGUAGE
from texts import translate

PDF = b"%PDF"
"""How papers of rows begin; those of earlier versions are texts."""


def papers_of(rows: Sequence[EvidenceRow], invoice_number: str) -> list[Paper]:
    """The papers of a dispute about an order, the first one first."""
    superseded = {one.supersedes for one in rows}
    return [_paper(one, invoice_number, is_superseded=one.id in superseded) for one in rows]


async def with_masked(database: Database, papers: Sequence[Paper]) -> list[Paper]:
    """The papers with masked copies of those that the system made of rows with something to mask;
    the others as they are.
    """
    return [await _masked(database, one) for one in papers]


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


def _paper(row: EvidenceRow, invoice_number: str, *, is_superseded: bool) -> Paper:
    is_made = row.added_by == SYSTEM
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
        printed=Printed(row.about, invoice_number, row.made_on) if is_made else None,
    )


async def _masked(database: Database, paper: Paper) -> Paper:
    if paper.printed is None or paper.left_out:
        return paper
    found = [piece async for piece in pieces(database, paper.sha256, paper.size_bytes)]
    content = await asyncio.to_thread(_masked_copy, paper, paper.printed, b"".join(found))
    if content is None:
        return paper
    digest, size = sha256(content).hexdigest(), len(content)
    return replace(paper, content=content, sha256=digest, size_bytes=size, original=paper.sha256)


def _masked_copy(paper: Paper, printed: Printed, pdf: bytes) -> bytes | None:
    """The paper printed anew of masked rows; None where nothing of it is to be masked."""
    if not pdf.startswith(PDF):
        text = masked_content(pdf)
        return None if text == pdf else text
    rows = rows_of(pdf)
    masked = masked_data(rows)
    if masked == rows:
        return None
    return dispute_paper_pdf(
        DisputePaper(printed.about, paper.source, printed.invoice_number, printed.made_on, masked)
    )
