"""An operator's change of the bank calendar, as its process passes it on."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class DayChange:
    """A day's new override; `is_working` None takes the override away."""

    day: date
    is_working: bool | None


@dataclass(frozen=True)
class Telling:
    """How far the cases are told: where the next page starts, and how many heard of it."""

    after: str = ""
    told_cases: int = 0


@dataclass(frozen=True)
class CalendarChange:
    """Days that change and years that are confirmed by it; reasons are an operator's words
    on a date.
    """

    days: tuple[DayChange, ...]
    confirmed_years: tuple[int, ...]
    reason: str
    by: str
    at: datetime
    telling: Telling | None = None


@dataclass(frozen=True)
class CalendarOutcome:
    """How many open cases were told to look at their deadlines again."""

    changed_days: int
    told_cases: int


@dataclass(frozen=True)
class CasePage:
    """Ids of open cases that wait in bank days, and where the next page starts (None: no more)."""

    case_ids: tuple[str, ...]
    after: str | None
