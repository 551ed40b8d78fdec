"""The tariff catalogue: tariffs and the versions of their prices."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, select
from sqlalchemy.dialects.postgresql import insert as upsert

from db.database import ConstraintBroken, Database
from db.query import Query, row, typed
from db.tables import tariff_prices, tariffs
from domain.subscription.tariff import DataSet, Tariff, TariffPrice, VatMode

MAX_TARIFFS = 100
"""The most tariffs of the catalogue, offered or not."""
MAX_COMING_PRICES = 20
"""The most prices of one tariff that become valid later."""
PUT_BY_ANOTHER = "tariffs_code_is_free_key"
"""The constraint broken when somebody else writes the tariff at the same moment."""


@row
class TariffWritten:
    """Whether a stored tariff is new."""

    is_new: bool


@row
class Count:
    """A number of tariffs."""

    count: int


@row
class TariffRow:
    """A tariff of the catalogue."""

    code: str
    title: str
    units: int
    data_set: str
    months: int
    is_free: bool
    vat_mode: str
    is_offered: bool
    written_by: str
    created_at: datetime
    updated_at: datetime


@row
class PriceRow:
    """A version of a tariff's price."""

    tariff_code: str
    version: int
    is_free: bool
    price_kopecks: int
    valid_from: date
    author: str
    created_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    withdrawal_reason: str | None


_put = upsert(tariffs)
_PUT = typed(
    TariffWritten,
    _put.on_conflict_do_update(
        index_elements=["code"],
        set_={
            name: _put.excluded[name]
            for name in (
                "title",
                "units",
                "data_set",
                "months",
                "vat_mode",
                "is_offered",
                "written_by",
                "updated_at",
            )
        },
        where=tariffs.c.is_free == _put.excluded.is_free,
    ).returning(literal_column("xmax = 0").label("is_new")),
    never_null=("is_new",),
)
_OTHERS = typed(
    Count,
    select(func.count().label("count")).where(tariffs.c.code != bindparam("tariff_code")),
    never_null=("count",),
)
_ALL = typed(
    TariffRow, select(tariffs).order_by(tariffs.c.units, tariffs.c.code).limit(MAX_TARIFFS)
)
_earlier = tariff_prices.alias()
_begun = (
    select(func.max(_earlier.c.valid_from))
    .where(
        _earlier.c.tariff_code == tariff_prices.c.tariff_code,
        _earlier.c.valid_from <= bindparam("today"),
        _earlier.c.withdrawn_at.is_(None),
    )
    .scalar_subquery()
)
_PRICES = typed(
    PriceRow,
    select(tariff_prices)
    .where(
        tariff_prices.c.valid_from >= func.coalesce(_begun, bindparam("today")),
        tariff_prices.c.withdrawn_at.is_(None),
    )
    .order_by(tariff_prices.c.tariff_code, tariff_prices.c.valid_from),
)
LOCKED = typed(
    TariffRow, select(tariffs).where(tariffs.c.code == bindparam("tariff_code")).with_for_update()
)
PRICES_OF = typed(
    PriceRow, select(tariff_prices).where(tariff_prices.c.tariff_code == bindparam("tariff_code"))
)
PUT_PRICE = insert(tariff_prices)


class Priced(StrEnum):
    """The result of storing a price."""

    NEW = "new"
    SAME = "same"
    OTHER = "other"
    FREE = "free"
    TOO_MANY = "too_many"
    NO_TARIFF = "no_tariff"


async def put(
    database: Database, code: str, by: str, at: datetime, columns: Mapping[str, Any]
) -> TariffWritten | None:
    """Stores a tariff or replaces its data; `is_new` of the row says which.

    None when it exists with the other `is_free`, which never changes.
    """
    own = {"code": code, "written_by": by, "created_at": at, "updated_at": at}
    try:
        return await database.row(_PUT(**own, **columns))
    except ConstraintBroken as broken:
        if broken.constraint != PUT_BY_ANOTHER:
            raise
    return await database.row(_PUT(**own, **columns))


async def count_of_others(database: Database, code: str) -> int:
    """How many other tariffs there are."""
    ((row,),) = await database.read(_OTHERS(tariff_code=code))
    return row.count


async def put_price(
    database: Database, code: str, price: TariffPrice, today: date, by: str, at: datetime
) -> Priced:
    """Stores a version of a price, numbered by the database; `price.version` is ignored.

    One version is valid from a day: the same sum again changes nothing, another one is refused.
    """
    try:
        return await _put_price_once(database, code, price, today, by, at)
    except ConstraintBroken as broken:
        if broken.constraint != "tariff_prices_tariff_code_is_free_fkey":
            raise
        return Priced.FREE


async def _put_price_once(
    database: Database, code: str, price: TariffPrice, today: date, by: str, at: datetime
) -> Priced:
    async with database.transaction() as transaction:
        key = {"tariff_code": code}
        found, stored = await transaction.read(LOCKED(**key), PRICES_OF(**key))
        refusal = _refusal(found, stored, price, today)
        if refusal is not None:
            return refusal
        transaction.write(
            PUT_PRICE,
            tariff_code=code,
            is_free=False,
            version=1 + max((row.version for row in stored), default=0),
            price_kopecks=price.price_kopecks,
            valid_from=price.valid_from,
            author=by,
            created_at=at,
        )
    return Priced.NEW


def _refusal(
    found: Sequence[TariffRow], stored: Sequence[PriceRow], price: TariffPrice, today: date
) -> Priced | None:
    if not found:
        return Priced.NO_TARIFF
    holding = [row for row in stored if row.withdrawn_at is None]
    same_day = [row for row in holding if row.valid_from == price.valid_from]
    if same_day:
        return Priced.SAME if same_day[0].price_kopecks == price.price_kopecks else Priced.OTHER
    coming = sum(row.valid_from > today for row in holding)
    return Priced.TOO_MANY if coming >= MAX_COMING_PRICES else None


def prices(code: str, limit: int, before_version: int | None = None) -> Query[PriceRow]:
    """Every price of a tariff, withdrawn or not, the newest version first."""
    wanted = PRICES_OF.narrowed(
        lambda rows: rows.order_by(tariff_prices.c.version.desc()).limit(limit)
    )
    if before_version is not None:
        wanted = wanted.narrowed(lambda rows: rows.where(tariff_prices.c.version < before_version))
    return wanted(tariff_code=code)


def catalogue(today: date) -> tuple[Query[TariffRow], Query[PriceRow]]:
    """The two queries behind `tariffs_from`: prices valid on a Moscow day, or later."""
    return _ALL(), _PRICES(today=today)


def tariffs_from(rows: Sequence[TariffRow], price_rows: Sequence[PriceRow]) -> tuple[Tariff, ...]:
    """The catalogue, the smallest tariff first."""
    prices: dict[str, list[TariffPrice]] = {}
    for price in price_rows:
        version = TariffPrice(price.version, price.price_kopecks, price.valid_from)
        prices.setdefault(price.tariff_code, []).append(version)
    return tuple(_tariff(row, tuple(prices.get(row.code, ()))) for row in rows)


def _tariff(row: TariffRow, prices: tuple[TariffPrice, ...]) -> Tariff:
    return Tariff(
        code=row.code,
        title=row.title,
        units=row.units,
        data_set=DataSet(row.data_set),
        months=row.months,
        is_free=row.is_free,
        vat_mode=VatMode(row.vat_mode),
        is_offered=row.is_offered,
        prices=prices,
    )
