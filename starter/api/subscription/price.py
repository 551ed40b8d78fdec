"""Prices of a tariff over HTTP: every version, and withdrawing or correcting a future one."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Path
from pydantic import Field

from db.subscription import tariff as tariffs
from starter.api.http.models import Body, Kopecks, Note, Roubles, Shown
from starter.api.http.paging import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Page,
    key_in,
    number_up_to,
    page_of,
)
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.api.subscription.catalogue import TariffPath, TariffShown, one_tariff
from starter.commands.subscription import tariff as command

MAX_VERSION = 1_000_000_000

routes = router("subscriptions")

VersionPath = Annotated[int, Path(ge=1, le=MAX_VERSION, description="The price's version.")]


class WithdrawalBody(Body):
    """Why the price is withdrawn."""

    reason: Note


class CorrectionBody(Body):
    """The price that holds instead, VAT included, and why."""

    price: Kopecks
    reason: Note


class PriceVersion(Shown):
    """A price as it was set, and by whom, when and why it was withdrawn, if it was."""

    version: int
    price: Roubles = Field(validation_alias="price_kopecks")
    valid_from: date
    author: str
    created_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


@routes.get("/v1/tariffs/{tariff_code}/prices", summary="Every price of a tariff, the newest first")
async def list_tariff_prices(
    tariff_code: TariffPath,
    database: DatabaseDep,
    _caller: CurrentCaller,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[PriceVersion]:
    """Withdrawn ones included."""
    (rows,) = await database.read(
        tariffs.prices(tariff_code, limit + 1, key_in(cursor, number_up_to(MAX_VERSION)))
    )
    shown, following = page_of(rows, limit, lambda row: (row.version,))
    return Page(
        items=[PriceVersion.model_validate(row, from_attributes=True) for row in shown],
        next=following,
    )


@routes.post(
    "/v1/tariffs/{tariff_code}/prices/{version}/withdrawal",
    summary="Withdraw a future price",
)
async def withdraw_tariff_price(
    tariff_code: TariffPath,
    version: VersionPath,
    body: WithdrawalBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> TariffShown:
    """Until the day before it becomes valid in Moscow; another price may then be set for that day.

    Placed orders keep their sum. 409 `price_begun` from its first day on. A withdrawal cannot be
    undone.
    """
    today = await command.withdraw_tariff_price(
        services, caller, command_id, tariff_code, version, body.reason
    )
    return await one_tariff(services.database, tariff_code, today)


@routes.post(
    "/v1/tariffs/{tariff_code}/prices/{version}/correction",
    summary="Correct a future price",
)
async def correct_tariff_price(
    tariff_code: TariffPath,
    version: VersionPath,
    body: CorrectionBody,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> TariffShown:
    """The price is withdrawn, and another one holds from its day. Placed orders keep their sum.

    409 `price_begun` from its first day on, `price_withdrawn` where it was withdrawn or corrected
    before, `price_unchanged` where the sum is the same.
    """
    today = await command.correct_tariff_price(
        services, caller, command_id, tariff_code, version, body.price, body.reason
    )
    return await one_tariff(services.database, tariff_code, today)
