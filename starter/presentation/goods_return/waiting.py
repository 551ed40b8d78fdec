"""Why a return of goods stands: what is stored of it, read and judged."""

from datetime import UTC, datetime

from db.goods_return import pieces, reads
from domain.goods_return.carriage import CarriageStatus
from domain.goods_return.goods_return import GoodsReturnStatus, ReturnWay
from domain.goods_return.waiting_reason import StandingReturn, goods_return_waits
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.goods_return.case import carriage_of
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from starter.presentation.goods_return.goods_return import sends_back
from texts import Language


async def goods_return_waiting(
    services: Services, caller: Caller, return_id: str, language: Language
) -> WaitingShown:
    """The answer for a return; raises `Refusal` `not_found` without one."""
    database = services.database
    heads, latest, lines = await database.read(
        reads.head(return_id), reads.latest(return_id), pieces.returned_lines(return_id)
    )
    row, result = require_visible(caller, heads), reads.result_in(latest)
    told = goods_return_waits(
        StandingReturn(
            GoodsReturnStatus(row.status),
            row.entered_at,
            ReturnWay(row.way),
            wait=None if result is None else result.wait,
            takes_money=result is not None and result.takes_money,
            closes=result is not None and result.closes,
            sends_back=sends_back(row, lines),
            carriage=None if row.carriage_status is None else CarriageStatus(row.carriage_status),
            takes_carriage=carriage_of(row),
            money_at=row.money_at if row.money_started_at is None else None,
            failure=await failed_step_of(database, services.cases, return_id, row.changed_at),
        ),
        datetime.now(UTC),
    )
    return waiting_shown("goods_return", told, language)
