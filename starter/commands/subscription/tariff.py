"""The tariff catalogue, written by the billing system: tariffs, and prices from a given day."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from db.subscription import tariff as tariffs
from db.subscription.price_change import PriceChange, Withdrawn, change_price
from db.subscription.tariff import Priced
from domain.calendar.bank_calendar import moscow_date
from domain.subscription.tariff import DataSet, TariffPrice, VatMode
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, conflict, invalid, not_found
from starter.commands.services import Services

_REFUSALS = {
    Priced.OTHER: "price_differs",
    Priced.FREE: "tariff_is_free",
    Priced.TOO_MANY: "prices_too_many",
}


@dataclass(frozen=True)
class TariffAsked:
    """A tariff. A free one has no price; free or paid cannot be changed later."""

    title: str
    units: int
    data_set: DataSet
    months: int
    is_free: bool
    vat_mode: VatMode
    is_offered: bool


@dataclass(frozen=True)
class Written:
    """Whether it is new, and the Moscow day for which it is shown."""

    is_new: bool
    today: date


@command
async def write_tariff(
    services: Services, caller: Caller, _command_id: UUID, code: str, asked: TariffAsked
) -> Written:
    """Stores a tariff, or replaces its data.

    Bought terms and placed orders keep the size they were sold with.
    """
    now, database = datetime.now(UTC), services.database
    if await tariffs.count_of_others(database, code) >= tariffs.MAX_TARIFFS:
        raise conflict("tariffs_too_many", limit=tariffs.MAX_TARIFFS)
    row = await tariffs.put(database, code, caller.login, now, asdict(asked))
    if row is None:
        raise conflict("tariff_differs")
    return Written(row.is_new, moscow_date(now))


@command
async def add_tariff_price(
    services: Services,
    caller: Caller,
    _command_id: UUID,
    code: str,
    price_kopecks: int,
    valid_from: date,
) -> Written:
    """Stores a price valid from a day on, never a past one: earlier offers keep their price. A
    repeat changes nothing.
    """
    now = datetime.now(UTC)
    today = moscow_date(now)
    if valid_from < today:
        raise invalid(FieldError("price_in_past", "/valid_from"))
    price = TariffPrice(0, price_kopecks, valid_from)
    stored = await tariffs.put_price(services.database, code, price, today, caller.login, now)
    if stored is Priced.NO_TARIFF:
        raise not_found()
    if stored in _REFUSALS:
        raise conflict(_REFUSALS[stored], limit=tariffs.MAX_COMING_PRICES)
    return Written(stored is not Priced.SAME, today)


@command
async def withdraw_tariff_price(
    services: Services, caller: Caller, _command_id: UUID, code: str, version: int, reason: str
) -> date:
    """Withdraws a future price, until the day before it becomes valid in Moscow; returns today.

    Placed orders keep their sum. Refused as `price_begun` from its first day on. A withdrawal
    cannot be undone.
    """
    now = datetime.now(UTC)
    change = PriceChange(reason, moscow_date(now), caller.login, now)
    await _changed(services, code, version, change)
    return change.today


@command
async def correct_tariff_price(
    services: Services,
    caller: Caller,
    _command_id: UUID,
    code: str,
    version: int,
    price_kopecks: int,
    reason: str,
) -> date:
    """Puts another price in the place of a coming one, from the same day; returns today.

    Placed orders keep their sum. Refused as `price_begun` from its first day on, as
    `price_withdrawn` where it was withdrawn or corrected before, as `price_unchanged` where the sum
    is the same.
    """
    now = datetime.now(UTC)
    change = PriceChange(reason, moscow_date(now), caller.login, now, price_kopecks)
    done = await _changed(services, code, version, change)
    if done is Withdrawn.BEFORE:
        raise conflict("price_withdrawn")
    if done is Withdrawn.SAME:
        raise conflict("price_unchanged")
    return change.today


async def _changed(services: Services, code: str, version: int, change: PriceChange) -> Withdrawn:
    done = await change_price(services.database, code, version, change)
    if done is Withdrawn.NO_PRICE:
        raise not_found()
    if done is Withdrawn.BEGUN:
        raise conflict("price_begun")
    return done
