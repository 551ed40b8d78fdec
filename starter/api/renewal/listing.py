"""Lists of renewals, and their counts, over HTTP."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from db.database import Database
from db.renewal import reads as cases_in
from db.renewal.reads import RenewalInList
from domain.renewal.renewal import RenewalStatus
from starter.access import client_in_filter
from starter.api.http.listing import (
    CaseSort,
    CountsShown,
    Sort,
    TurnAsked,
    after_deadline_in,
    counts_of,
    deadline_key,
)
from starter.api.http.models import ID_PATTERN
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.api.renewal.case import ADDRESSES
from starter.presentation.renewal.presenters import listed
from starter.presentation.renewal.schemas import ListedRenewal

routes = router("renewals")


@routes.get("/v1/renewals", summary="Renewals, by id or by deadline")
async def list_renewals(
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    turn: TurnAsked,
    status: Annotated[RenewalStatus | None, Query()] = None,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    subscription_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    sort: Sort = CaseSort.NEWEST,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ListedRenewal]:
    """The newest of a subscription first. A client sees only its own; another client's id is
    answered 404.
    """
    narrowed = cases_in.RenewalFilter(
        turn, status, client_in_filter(caller, client_id), subscription_id, invoice_number
    )
    shown, following = await _page(database, narrowed, sort, limit, cursor)
    items = [listed(row, caller, language, ADDRESSES) for row in shown]
    return Page[ListedRenewal](items=items, next=following)


@routes.get("/v1/renewals/counts", summary="Open renewals by status and by who is waited for")
async def count_renewals(
    caller: CurrentCaller, database: DatabaseDep, language: LanguageDep
) -> CountsShown:
    """Of the client, or of all clients for staff."""
    rows = await database.rows(cases_in.open_counts(datetime.now(UTC), caller.client_id))
    return counts_of(rows, "renewal", language, caller.role)


async def _page(
    database: Database,
    narrowed: cases_in.RenewalFilter,
    sort: CaseSort,
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[RenewalInList], str | None]:
    if sort is CaseSort.DEADLINE:
        due = cases_in.by_deadline(narrowed, limit + 1, after_deadline_in(cursor))
        return page_of(await database.rows(due), limit, deadline_key)
    newest = cases_in.listed(narrowed, limit + 1, key_in(cursor, str))
    return page_of(await database.rows(newest), limit, lambda row: (row.id,))
