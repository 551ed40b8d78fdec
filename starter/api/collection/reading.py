"""Unpaid orders read over HTTP: lists, a case, its letters and contacts, the claim as PDF."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from db.collection import leaving, letters, reads
from db.collection.reads import CollectionFilter
from domain.access.roles import Role
from domain.collection.collection import CollectionStatus
from domain.refund.scan import MediaType
from starter.access import client_in_filter, require_visible
from starter.api.collection.case import CollectionId
from starter.api.http.files import PDF, file_answer
from starter.api.http.models import ID_PATTERN
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    moment_in,
    page_of,
)
from starter.api.http.route import (
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.http.attachment import attachment
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.collection import paper
from starter.presentation.collection.collection import (
    CollectionInFull,
    CollectionShown,
    ContactShown,
    LetterShown,
    collection_in_full,
    collection_shown,
    contact_shown,
    letter_shown,
)
from starter.presentation.collection.waiting import collection_waiting

MAX_CHANGES = 200
"""The latest changes, looks and courts of a case that are shown."""
MAX_LETTERS = 20
"""The latest letters of a case that are shown; each has its lines."""
MAX_CONTACTS = 100

routes = router("collections")


@routes.get("/v1/collections", summary="Unpaid orders, the earliest deadline first")
async def list_collections(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    status: Annotated[CollectionStatus | None, Query()] = None,
    open_only: Annotated[bool, Query(description="Only those that are not ended.")] = True,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[CollectionShown]:
    """A client's own, or of all clients."""
    narrowed = CollectionFilter(
        client_in_filter(caller, client_id),
        None if status is None else (status,),
        is_open=True if open_only else None,
    )
    after = key_in(cursor, _deadline_in, str)
    (rows,) = await database.read(reads.listed(narrowed, limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.wait_until, row.id))
    return Page(items=[collection_shown(row, caller, language) for row in shown], next=following)


@routes.get("/v1/collections/{collection_id}", summary="One unpaid order")
async def read_collection(
    collection_id: CollectionId,
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
) -> CollectionInFull:
    """A client reads only its own, without our names, reasons and looks."""
    heads, history, looks, courts, unsent = await database.read(
        reads.head(collection_id),
        reads.history(collection_id, MAX_CHANGES),
        reads.looks(collection_id, MAX_CHANGES),
        reads.courts(collection_id, MAX_CHANGES),
        leaving.not_sent(collection_id, MAX_LETTERS),
    )
    row = require_visible(caller, heads)
    return collection_in_full(row, history, looks, courts, unsent, caller, language)


@routes.get("/v1/collections/{collection_id}/waiting", summary="Why an unpaid order stands")
async def read_collection_waiting(
    collection_id: CollectionId, services: ServicesDep, caller: CurrentCaller, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await collection_waiting(services, caller, collection_id, language)


@routes.get("/v1/collections/{collection_id}/letters", summary="Letters about an unpaid order")
async def list_collection_letters(
    collection_id: CollectionId, database: DatabaseDep, caller: CurrentCaller
) -> list[LetterShown]:
    """The newest first; each speaks of everything that the client owed on its day. A client reads
    those that have left.
    """
    listed = letters.sent_of_case if caller.role is Role.CLIENT else letters.of_case
    heads, found = await database.read(
        reads.head(collection_id), listed(collection_id, MAX_LETTERS)
    )
    require_visible(caller, heads)
    lines = await letters.lines_of_all(database, [one.id for one in found])
    return [letter_shown(one, lines) for one in found]


@routes.get("/v1/collections/{collection_id}/contacts", summary="Contacts that staff had")
async def list_collection_contacts(
    collection_id: CollectionId, database: DatabaseDep, caller: CurrentCaller
) -> Sequence[ContactShown]:
    """Calls, meetings, letters on paper: the newest first."""
    heads, found = await database.read(
        reads.head(collection_id), reads.contacts(collection_id, MAX_CONTACTS)
    )
    require_visible(caller, heads)
    return [contact_shown(one) for one in found]


_PDF = file_answer("A PDF.", PDF)


@routes.get(
    "/v1/collections/{collection_id}/letters/{letter_id}.pdf",
    summary="A letter about an unpaid order as PDF",
    response_class=Response,
    responses=_PDF,
)
async def read_collection_letter_pdf(
    collection_id: CollectionId,
    letter_id: Annotated[UUID, Path(description="The letter's id.")],
    services: ServicesDep,
    caller: CurrentCaller,
) -> Response:
    """The claim, or another letter, as it was sent."""
    pdf = await paper.printed_letter(services, caller, collection_id, letter_id)
    return attachment(pdf, MediaType.PDF, f"{collection_id}-letter")


@routes.get(
    "/v1/collections/{collection_id}/claim.pdf",
    summary="The claim as it would be sent now",
    response_class=Response,
    responses=_PDF,
)
async def preview_claim(
    collection_id: CollectionId, services: ServicesDep, caller: CurrentCaller
) -> Response:
    """A draft, with the interest of today; nothing is sent."""
    pdf = await paper.printed_draft(services, caller, collection_id)
    return attachment(pdf, MediaType.PDF, f"{collection_id}-claim-draft")


def _deadline_in(part: str) -> datetime | None:
    return moment_in(part) if part else None
