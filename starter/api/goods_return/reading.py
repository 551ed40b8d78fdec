"""Returns of goods read over HTTP: lists, one in full, why it stands."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from db.case.case_list import AfterDeadline, Turn
from db.goods_return import reads
from db.goods_return.reads import ReturnFilter
from domain.goods_return.goods_return import GoodsReturnStatus
from starter.access import client_in_filter
from starter.api.goods_return.case import ReturnId
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
from starter.presentation.case.waiting import WaitingShown
from starter.presentation.goods_return.goods_return import (
    GoodsReturnHead,
    GoodsReturnShown,
    goods_return_head,
    goods_return_in_full,
)
from starter.presentation.goods_return.waiting import goods_return_waiting

routes = router("returns")

Status = Annotated[GoodsReturnStatus | None, Query()]


@routes.get("/v1/returns", summary="Returns of goods, the newest first")
async def list_goods_returns(
    database: DatabaseDep,
    caller: CurrentCaller,
    language: LanguageDep,
    client_id: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    invoice_number: Annotated[str | None, Query(pattern=ID_PATTERN)] = None,
    status: Status = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[GoodsReturnHead]:
    """A client's own, or of all clients."""
    narrowed = ReturnFilter(client_in_filter(caller, client_id), invoice_number, status)
    after = key_in(cursor, moment_in, str)
    (rows,) = await database.read(reads.listed(narrowed, limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.opened_at, row.id))
    return Page(items=[goods_return_head(row, language) for row in shown], next=following)


@routes.get("/v1/return-queue", summary="Open returns, the earliest deadline first")
async def list_goods_return_queue(
    database: DatabaseDep,
    _caller: CurrentCaller,
    language: LanguageDep,
    status: Status = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[GoodsReturnHead]:
    """Of all clients, whoever is waited for."""
    found = key_in(cursor, moment_in, str)
    after = None if found is None else AfterDeadline(*found)
    turn = Turn(datetime.now(UTC))
    narrowed = ReturnFilter(status=status)
    (rows,) = await database.read(reads.queue(turn, narrowed, limit + 1, after))
    shown, following = page_of(rows, limit, lambda row: (row.wait_until, row.id))
    return Page(items=[goods_return_head(row, language) for row in shown], next=following)


@routes.get("/v1/returns/{return_id}", summary="One return of goods")
async def read_goods_return(
    return_id: ReturnId, database: DatabaseDep, caller: CurrentCaller, language: LanguageDep
) -> GoodsReturnShown:
    """A client reads only its own."""
    return await goods_return_in_full(database, caller, return_id, language)


@routes.get("/v1/returns/{return_id}/waiting", summary="Why a return stands")
async def read_goods_return_waiting(
    return_id: ReturnId, caller: CurrentCaller, services: ServicesDep, language: LanguageDep
) -> WaitingShown:
    """Whom it waits for, since when and until when, what comes next, and who may do what."""
    return await goods_return_waiting(services, caller, return_id, language)
