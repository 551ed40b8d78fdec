"""The tariff catalogue over HTTP: the billing system writes it, everybody reads it."""

from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from db.database import Database
from db.subscription import tariff as tariffs
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.tariff import MAX_UNITS, DataSet, Tariff, VatMode
from starter.api.http.models import Body, Day, Kopecks, Lax, Line, Roubles, Shown
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, ServicesDep, router
from starter.commands.subscription import tariff as command
from starter.commands.subscription.tariff import TariffAsked

TARIFF_PATTERN = r"^[a-z0-9-]{1,20}$"
MAX_TITLE_LENGTH = 100
MAX_MONTHS = 36

routes = router("subscriptions")

TariffPath = Annotated[
    str, Path(pattern=TARIFF_PATTERN, description="The tariff's code.", examples=["400"])
]
TariffCode = Annotated[str, Field(pattern=TARIFF_PATTERN, examples=["400"])]
Units = Annotated[int, Field(ge=1, le=MAX_UNITS, examples=[400])]
"""A size that is sold."""


class TariffBody(Body):
    """A tariff. A free one has no price; free or paid cannot be changed later."""

    title: Line = Field(
        min_length=1, max_length=MAX_TITLE_LENGTH, pattern=r"\S", examples=["Тариф 400"]
    )
    units: int = Field(ge=0, le=MAX_UNITS, description="Records a term unloads.", examples=[400])
    data_set: Annotated[DataSet, Lax] = Field(examples=["extended"])
    months: int = Field(ge=1, le=MAX_MONTHS, description="Of a term.", examples=[12])
    is_free: bool = False
    vat_mode: Annotated[VatMode, Lax] = Field(examples=["standard"])
    is_offered: bool = Field(
        True, description="Terms of a tariff that is no longer offered run on."
    )


class PriceBody(Body):
    """A price of a term, VAT included, valid from a Moscow day on."""

    price: Kopecks
    valid_from: Day


class PriceShown(Shown):
    """A version of a price."""

    version: int
    price: Roubles = Field(validation_alias="price_kopecks")
    valid_from: date


class TariffShown(Shown):
    """A tariff; `price` is today's, absent for a free one and before its first price."""

    code: str
    title: str
    units: int
    data_set: DataSet
    months: int
    is_free: bool
    vat_mode: VatMode
    is_offered: bool
    price: Roubles | None
    coming_prices: list[PriceShown] = Field(description="Prices that become valid on a later day.")


class Tariffs(Shown):
    """The whole catalogue, the smallest tariff first."""

    items: list[TariffShown]


@routes.put(
    "/v1/tariffs/{tariff_code}",
    summary="Write a tariff, or replace its data",
    responses={201: {"model": TariffShown, "description": "Written now"}},
)
async def write_tariff(
    tariff_code: TariffPath,
    body: TariffBody,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> TariffShown:
    """Bought terms and placed orders keep the size they were sold with."""
    asked = TariffAsked(**body.model_dump())
    written = await command.write_tariff(services, caller, command_id, tariff_code, asked)
    if written.is_new:
        response.status_code = HTTPStatus.CREATED
    return await one_tariff(services.database, tariff_code, written.today)


@routes.post(
    "/v1/tariffs/{tariff_code}/prices",
    summary="Set a price from a day on; the same again changes nothing",
    status_code=HTTPStatus.CREATED,
    responses={200: {"model": TariffShown, "description": "This price was there already"}},
)
async def add_tariff_price(
    tariff_code: TariffPath,
    body: PriceBody,
    response: Response,
    services: ServicesDep,
    caller: CurrentCaller,
    command_id: CommandId,
) -> TariffShown:
    """Never valid from a past day: earlier offers keep their price. Open invoices keep their
    sums.
    """
    written = await command.add_tariff_price(
        services, caller, command_id, tariff_code, body.price, body.valid_from
    )
    if not written.is_new:
        response.status_code = HTTPStatus.OK
    return await one_tariff(services.database, tariff_code, written.today)


@routes.get("/v1/tariffs", summary="The tariff catalogue")
async def list_tariffs(database: DatabaseDep, _caller: CurrentCaller) -> Tariffs:
    """The whole catalogue, with today's prices."""
    today = moscow_date(datetime.now(UTC))
    return Tariffs(items=[_shown(tariff, today) for tariff in await _catalogue(database, today)])


async def _catalogue(database: Database, today: date) -> tuple[Tariff, ...]:
    return tariffs.tariffs_from(*await database.read(*tariffs.catalogue(today)))


async def one_tariff(database: Database, code: str, today: date) -> TariffShown:
    found = [tariff for tariff in await _catalogue(database, today) if tariff.code == code]
    return _shown(found[0], today)


def _shown(tariff: Tariff, today: date) -> TariffShown:
    present = tariff.price_on(today)
    return TariffShown(
        code=tariff.code,
        title=tariff.title,
        units=tariff.units,
        data_set=tariff.data_set,
        months=tariff.months,
        is_free=tariff.is_free,
        vat_mode=tariff.vat_mode,
        is_offered=tariff.is_offered,
        price=None if present is None else present.price_kopecks,
        coming_prices=[
            PriceShown.model_validate(price, from_attributes=True)
            for price in tariff.prices
            if price.valid_from > today
        ],
    )
