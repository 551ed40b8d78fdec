"""The key rate as it is known, and what an import would change."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field

from db.compensation.key_rate import KeyRateStored
from domain.compensation.rate_import import RateDifference
from starter.presentation.compensation.calculation import RateRowShown
from starter.presentation.models import Shown
from texts import percent


class KeyRateShown(Shown):
    """The key rate of the Bank of Russia by days; nothing before the first import."""

    covered_until: date | None = Field(description="The last day whose rate is known.")
    imported_by: str | None
    imported_at: datetime | None
    rates: list[RateRowShown]


class RateDifferenceShown(Shown):
    """Days whose rate changes; null where it is not known."""

    first_day: date
    last_day: date
    was: str | None
    becomes: str | None


def key_rate_shown(stored: KeyRateStored) -> KeyRateShown:
    """All that is known, the earliest rate first."""
    imported = stored.imported
    return KeyRateShown(
        covered_until=stored.key_rate.covered_until,
        imported_by=None if imported is None else imported.imported_by,
        imported_at=None if imported is None else imported.imported_at,
        rates=[
            RateRowShown(
                id=one.id, first_day=one.first, last_day=one.last, rate=percent(one.rate_bp)
            )
            for one in stored.key_rate.periods
        ],
    )


def differences_shown(changes: Sequence[RateDifference]) -> list[RateDifferenceShown]:
    """What an import would change, the earliest days first."""
    return [
        RateDifferenceShown(
            first_day=one.first,
            last_day=one.last,
            was=None if one.was_bp is None else percent(one.was_bp),
            becomes=None if one.becomes_bp is None else percent(one.becomes_bp),
        )
        for one in changes
    ]
