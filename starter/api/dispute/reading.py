"""Disputes read over HTTP: lists, one in full, its thread, its papers, why it stands."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from db.dispute import reads
from db.dispute.reads import DisputeFilter
from domain.dispute.dispute import DisputeKind
from domain.file.kind import FileKind
from starter.access import client_in_filter, require_visible
from starter.api.dispute.case import DISPUTE_PATTERN, DisputeId
from starter.api.http.files import PREVIEW, file_answer
from starter.api.http.models import ID_PATTERN, Shown
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    moment_in,
    number_up_to,
    page_of,
)
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, ServicesDep, router
from starter.http.download import download, preview
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.dispute.dispute import DisputeChangeShown, DisputeShown, dispute_shown
from starter.presentation.dispute.evidence import (
    ChecklistShown,
    EvidenceShown,
    checklist_shown,
    evidence_shown,
)
from starter.presentation.dispute.thread import LAST_CHANGE, paper_of, papers_of, thread_of
from starter.presentation.dispute.waiting import dispute_waiting

routes = router("disputes")

Kind = Annotated[DisputeKind | None, Query()]
IsOpen = Annotated[bool | None, Query(alias="open", description="Has not ended.")]

_FILE = file_answer("The file as it was handed in.", FileKind, HTTPStatus.CONFLICT)
_PREVIEW = file_answer("The picture made small and encoded anew.", PREVIEW, HTTPStatus.CONFLICT)


class DisputeEvidenceShown(Shown):
    """The papers of a dispute, the first one first, and what of the checklist there is."""

    checklist: Sequence[ChecklistShown]
    papers: Sequence[EvidenceShown]


def dispute_id_in(part: str) -> str:
    """Raises ValueError for what is no dispute's id."""
    if not re.fullmatch(DISPUTE_PATTERN, part):
        raise ValueError(part)
    return part


@routes.get("/v1/disputes", summary="Disputes, the newest first")
async def list_disputes(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    kind: Kind = None,
    is_open: IsOpen = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[DisputeShown]:
    """A client's own, or of all clients."""
    narrowed = DisputeFilter(client_in_filter(caller, client_id), invoice_number, kind, is_open)
    after = key_in(cursor, moment_in, dispute_id_in)
    (rows,) = await database.read(reads.listed(narrowed, limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.opened_at, row.id))
    return Page(items=[dispute_shown(row, caller, language) for row in shown], next=following)


@routes.get("/v1/dispute-queue", summary="Open disputes, the earliest deadline first")
async def list_dispute_queue(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    kind: Kind = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[DisputeShown]:
    """Whoever is waited for."""
    after = key_in(cursor, moment_in, dispute_id_in)
    (rows,) = await database.read(reads.queue(DisputeFilter(kind=kind), limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.wait_until, row.id))
    return Page(items=[dispute_shown(row, caller, language) for row in shown], next=following)


@routes.get("/v1/disputes/{dispute_id}", summary="One dispute")
async def read_dispute(
    dispute_id: DisputeId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> DisputeShown:
    """A client reads only its own."""
    (rows,) = await database.read(reads.head(dispute_id))
    return dispute_shown(require_visible(caller, rows), caller, language)


@routes.get("/v1/disputes/{dispute_id}/changes", summary="The thread, the newest first")
async def list_dispute_changes(
    dispute_id: DisputeId,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[DisputeChangeShown]:
    """Messages, decisions, and where the dispute went by itself."""
    key = key_in(cursor, number_up_to(LAST_CHANGE))
    before = LAST_CHANGE if key is None else key
    rows = await thread_of(database, caller, dispute_id, language, limit + 1, before)
    shown, following = page_of(rows, limit, lambda row: (row.number,))
    return Page(items=list(shown), next=following)


@routes.get("/v1/disputes/{dispute_id}/evidence", summary="Papers and the checklist")
async def list_dispute_evidence(
    dispute_id: DisputeId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> DisputeEvidenceShown:
    """Superseded papers too, each with the better one."""
    row, papers = await papers_of(database, caller, dispute_id)
    return DisputeEvidenceShown(
        checklist=checklist_shown(row, papers, caller, language),
        papers=evidence_shown(papers, caller, language),
    )


@routes.get(
    "/v1/disputes/{dispute_id}/evidence/{paper_id}",
    summary="The file of a paper",
    response_class=Response,
    responses=_FILE,
)
async def read_dispute_evidence(
    dispute_id: DisputeId, paper_id: UUID, database: DatabaseDep, caller: CurrentCaller
) -> Response:
    """Only one that the scanner found clean; refused by `file_received` until then."""
    return download(database, await paper_of(database, caller, dispute_id, paper_id))


@routes.get(
    "/v1/disputes/{dispute_id}/evidence/{paper_id}/preview",
    summary="What is shown of a paper that is a picture",
    response_class=Response,
    responses=_PREVIEW,
)
async def read_dispute_preview(
    dispute_id: DisputeId, paper_id: UUID, database: DatabaseDep, caller: CurrentCaller
) -> Response:
    """Upright, without what the file says beside the picture (the place, the camera); `not_found`
    for a paper that has none.
    """
    return await preview(database, await paper_of(database, caller, dispute_id, paper_id))


@routes.get("/v1/disputes/{dispute_id}/waiting", summary="Why a dispute stands")
async def read_dispute_waiting(
    dispute_id: DisputeId, caller: CurrentCaller, services: ServicesDep, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await dispute_waiting(services, caller, dispute_id, language)
