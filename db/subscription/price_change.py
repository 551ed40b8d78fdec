"""A coming price of a tariff: withdrawn, or corrected, before its day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import bindparam, update

from db.database import ConstraintBroken, Database
from db.subscription.tariff import LOCKED, PRICES_OF, PUT_PRICE, PriceRow
from db.tables import tariff_prices

BEGUN_MEANWHILE = ("price_changes_once", "price_withdrawn_before_its_day")
"""The constraints broken when a price is withdrawn at the moment in which its day begins."""

_WITHDRAW_PRICE = update(tariff_prices).where(
    tariff_prices.c.tariff_code == bindparam("of_code"),
    tariff_prices.c.version == bindparam("of_version"),
)


class Withdrawn(StrEnum):
    """The result of withdrawing a price, or of correcting one; `SAME`: to the sum that it has."""

    NOW = "now"
    BEFORE = "before"
    BEGUN = "begun"
    NO_PRICE = "no_price"
    SAME = "same"


@dataclass(frozen=True)
class PriceChange:
    """What becomes of a coming price, by whom and when: it is withdrawn, and where `price_kopecks`
    are given another one holds from its day. `today` is the Moscow day.
    """

    reason: str
    today: date
    by: str
    at: datetime
    price_kopecks: int | None = None


async def change_price(
    database: Database, code: str, version: int, change: PriceChange
) -> Withdrawn:
    """Withdraws or corrects a price that is not valid yet on this Moscow day."""
    try:
        return await _change_once(database, code, version, change)
    except ConstraintBroken as broken:
        if broken.constraint not in BEGUN_MEANWHILE:
            raise
        return Withdrawn.BEGUN


async def _change_once(
    database: Database, code: str, version: int, change: PriceChange
) -> Withdrawn:
    async with database.transaction() as transaction:
        key = {"tariff_code": code}
        _, stored = await transaction.read(LOCKED(**key), PRICES_OF(**key))
        found = next((row for row in stored if row.version == version), None)
        refusal = _change_refusal(found, change)
        if found is None or refusal is not None:
            return refusal or Withdrawn.NO_PRICE
        transaction.write(
            _WITHDRAW_PRICE,
            of_code=code,
            of_version=version,
            withdrawn_by=change.by,
            withdrawn_at=change.at,
            withdrawal_reason=change.reason,
        )
        if change.price_kopecks is not None:
            transaction.write(
                PUT_PRICE,
                tariff_code=code,
                is_free=False,
                version=1 + max(row.version for row in stored),
                price_kopecks=change.price_kopecks,
                valid_from=found.valid_from,
                author=change.by,
                created_at=change.at,
            )
    return Withdrawn.NOW


def _change_refusal(found: PriceRow | None, change: PriceChange) -> Withdrawn | None:
    if found is None:
        return Withdrawn.NO_PRICE
    if found.withdrawn_at is not None:
        return Withdrawn.BEFORE
    if found.valid_from <= change.today:
        return Withdrawn.BEGUN
    return Withdrawn.SAME if found.price_kopecks == change.price_kopecks else None
