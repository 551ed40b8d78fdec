"""Lists of refund cases, and their counts, over HTTP."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Query

from db.database import Database
from db.refund import reads as cases_in
from db.refund.rows import RefundInList
from domain.access.roles import Role
from domain.calendar.bank_calendar import MOSCOW
from domain.refund.refund import RefundKind, RefundStatus
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
from starter.api.http.models import ID_PATTERN, Day
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, router
from starter.presentation.refund.schemas import ListedCase
from starter.presentation.refund.state import state_of_row
from texts import Language

routes = router("refunds")


@routes.get("/v1/refunds", summary="Cases, the latest opened first, or by deadline")
async def list_refunds(
    caller: CurrentCaller,
    database: DatabaseDep,
    language: LanguageDep,
    turn: TurnAsked,
    status: Annotated[RefundStatus | None, Query()] = None,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    opened_from: Annotated[Day | None, Query(description="The first day, in Moscow.")] = None,
    opened_to: Annotated[Day | None, Query(description="The last day, in Moscow.")] = None,
    sort: Sort = CaseSort.NEWEST,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[ListedCase]:
    """A client sees only its own cases; another client's id is answered 404."""
    narrowed = cases_in.CaseFilter(
        turn=turn,
        status=status,
        client_id=client_in_filter(caller, client_id),
        invoice_number=invoice_number,
        opened_from=None if opened_from is None else _midnight(opened_from),
        opened_before=None if opened_to is None else _midnight(opened_to + timedelta(days=1)),
    )
    shown, following = await _page(database, narrowed, sort, limit, cursor)
    return Page[ListedCase](
        items=[_listed(row, language, caller.role) for row in shown], next=following
    )


@routes.get("/v1/refunds/counts", summary="Open cases by status and by who is waited for")
async def count_refunds(
    caller: CurrentCaller, database: DatabaseDep, language: LanguageDep
) -> CountsShown:
    """Of the client, or of all clients for staff."""
    rows = await database.rows(cases_in.open_counts(datetime.now(UTC), caller.client_id))
    return counts_of(rows, "refund", language, caller.role)


async def _page(
    database: Database,
    narrowed: cases_in.CaseFilter,
    sort: CaseSort,
    limit: int,
    cursor: str | None,
) -> tuple[Sequence[RefundInList], str | None]:
    if sort is CaseSort.DEADLINE:
        due = cases_in.by_deadline(narrowed, limit + 1, after_deadline_in(cursor))
        return page_of(await database.rows(due), limit, deadline_key)
    newest = cases_in.listed(narrowed, limit + 1, key_in(cursor, moment_in, str))
    return page_of(await database.rows(newest), limit, lambda row: (row.opened_at, row.id))


def _listed(row: RefundInList, language: Language, role: Role) -> ListedCase:
    return ListedCase(
        **dict(state_of_row(row, language, role)),
        kind=RefundKind(row.kind),
        invoice_number=row.invoice_number,
        client_id=row.client_id,
        client_name=row.client_name,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MOSCOW)
