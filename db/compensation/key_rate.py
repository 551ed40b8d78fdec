"""The key rate: the present import with its rates, and the storing of another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from db.database import ConstraintBroken, Database
from db.facts import Reading, every, first, together
from db.query import row, typed
from db.tables import key_rate_imports, key_rates
from domain.compensation.key_rate import ONE_DAY, KeyRate, RatePeriod

STALE = frozenset({"key_rate_imports_replaces_key", "one_first_key_rate_import"})
"""The constraints broken when another import came first."""


@row
class RateImportRow:
    """An import: a whole table of rates."""

    id: UUID
    replaces: UUID | None
    covered_until: date
    digest: str
    imported_by: str
    imported_at: datetime


@row
class RateRow:
    """A rate of the present import."""

    id: int
    first_day: date
    last_day: date
    rate_bp: int


@dataclass(frozen=True)
class KeyRateStored:
    """The key rate as it is known now; `imported` None before the first import."""

    imported: RateImportRow | None
    key_rate: KeyRate


_later = key_rate_imports.alias("later")
_present = (
    select(key_rate_imports.c.id)
    .outerjoin(_later, _later.c.replaces == key_rate_imports.c.id)
    .where(_later.c.id.is_(None))
)
_PRESENT = typed(
    RateImportRow,
    select(key_rate_imports).where(key_rate_imports.c.id.in_(_present)),
)
_BY_ID = typed(
    RateImportRow, select(key_rate_imports).where(key_rate_imports.c.id == bindparam("of_id"))
)
_RATES = typed(
    RateRow,
    select(key_rates.c.id, key_rates.c.first_day, key_rates.c.last_day, key_rates.c.rate_bp)
    .where(key_rates.c.import_id.in_(_present))
    .order_by(key_rates.c.first_day),
)
_IMPORT = insert(key_rate_imports)
_RATE = insert(key_rates)


def known_key_rate() -> Reading[KeyRateStored]:
    """The present import: the one that none replaces."""
    return together(_stored_from, first(_PRESENT()), every(_RATES()))


async def find_import(database: Database, import_id: UUID) -> RateImportRow | None:
    """An import by its id."""
    return await database.row(_BY_ID(of_id=import_id))


async def store_import(
    database: Database, imported: RateImportRow, periods: Sequence[RatePeriod]
) -> bool:
    """Stores a whole table of rates; False where `replaces` is not the present import any more.

    The database refuses rates with a hole or an overlap, and ones that do not reach the cover.
    """
    try:
        async with database.transaction() as transaction:
            transaction.write(
                _IMPORT,
                id=imported.id,
                replaces=imported.replaces,
                covered_until=imported.covered_until,
                digest=imported.digest,
                imported_by=imported.imported_by,
                imported_at=imported.imported_at,
            )
            for at, period in enumerate(periods):
                transaction.write(
                    _RATE,
                    import_id=imported.id,
                    first_day=period.first,
                    last_day=period.last,
                    rate_bp=period.rate_bp,
                    follows=period.first - ONE_DAY if at else None,
                    covered_until=imported.covered_until,
                )
    except ConstraintBroken as broken:
        if broken.constraint not in STALE:
            raise
        return False
    return True


def _stored_from(imported: RateImportRow | None, rows: Sequence[RateRow]) -> KeyRateStored:
    periods = [RatePeriod(one.first_day, one.last_day, one.rate_bp, one.id) for one in rows]
    return KeyRateStored(imported, KeyRate(periods))
