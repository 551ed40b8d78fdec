"""The bank calendar's overrides and confirmed years."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, delete, func, insert, select, union_all
from sqlalchemy.dialects.postgresql import insert as upsert

from db.database import Database, Transaction
from db.facts import every, together
from db.query import Locked, row, typed
from db.tables import (
    calendar_history,
    calendar_overrides,
    calendar_year_history,
    calendar_years,
    collections,
    disputes,
    goods_returns,
    refunds,
    renewals,
    tickets,
)
from domain.calendar.bank_calendar import BankCalendar
from domain.renewal.renewal import RenewalStatus

CHANGE_LOCK = 7_060_513
"""Key of the advisory lock that lets one change of the calendar be stored at a time."""


@row
class OverriddenDay:
    """A day that an operator has overridden."""

    day: date
    is_working: bool


@row
class YearRow:
    """A year that an operator has confirmed."""

    year: int


LOCK = typed(
    Locked,
    select(func.pg_advisory_xact_lock(CHANGE_LOCK).label("lock")),
    never_null=("lock",),
)()
OVERRIDES = typed(
    OverriddenDay, select(calendar_overrides.c.day, calendar_overrides.c.is_working)
)()
YEARS = typed(YearRow, select(calendar_years.c.year))()


@row
class HistoryId:
    """The id of a stored change of the calendar."""

    id: int


@row
class WaitingCase:
    """A case that waits for a bank day."""

    id: str


@row
class OverrideRow:
    """An override of a day, by whom and why."""

    day: date
    is_working: bool
    reason: str
    author: str
    created_at: datetime


@row
class ConfirmedYear:
    """A year that an operator has confirmed."""

    year: int
    confirmed_by: str
    confirmed_at: datetime


_put_override = upsert(calendar_overrides)
_PUT_OVERRIDE = _put_override.on_conflict_do_update(
    index_elements=["day"],
    set_={
        name: _put_override.excluded[name]
        for name in ("is_working", "reason", "author", "created_at")
    },
)
_REMOVE_OVERRIDE = delete(calendar_overrides).where(calendar_overrides.c.day == bindparam("a_day"))
_HISTORY = insert(calendar_history)
_YEAR_HISTORY = insert(calendar_year_history)
_STORED = typed(
    HistoryId,
    union_all(
        *(
            select(table.c.id).where(
                table.c.at == bindparam("at"), table.c.author == bindparam("by")
            )
            for table in (calendar_history, calendar_year_history)
        )
    ).limit(1),
    never_null=("id",),
)
_CONFIRM_YEAR = upsert(calendar_years).on_conflict_do_nothing()
_WITHDRAW_YEAR = delete(calendar_years).where(calendar_years.c.year == bindparam("a_year"))
_waiting_refunds = select(refunds.c.id).where(
    refunds.c.wait_until.is_not(None), refunds.c.closed_at.is_(None)
)
_waiting_renewals = select(renewals.c.id).where(renewals.c.status == RenewalStatus.CHECKING_PAYMENT)
_waiting_tickets = select(tickets.c.id).where(tickets.c.turn_at.is_not(None))
_waiting_disputes = select(disputes.c.id).where(
    disputes.c.wait_until.is_not(None), disputes.c.closed_at.is_(None)
)
_waiting_returns = select(goods_returns.c.id).where(goods_returns.c.closed_at.is_(None))
_waiting_debts = select(collections.c.id).where(
    collections.c.closed_at.is_(None),
    collections.c.counted_from.is_not(None) | collections.c.promised_on.is_not(None),
)
_waiting = union_all(
    _waiting_refunds,
    _waiting_renewals,
    _waiting_tickets,
    _waiting_disputes,
    _waiting_returns,
    _waiting_debts,
).subquery()
_WAITING = typed(
    WaitingCase,
    select(_waiting.c.id)
    .where(_waiting.c.id > bindparam("after"))
    .order_by(_waiting.c.id)
    .limit(bindparam("how_many")),
    never_null=("id",),
)
_LIST = typed(OverrideRow, select(calendar_overrides).order_by(calendar_overrides.c.day))
_LIST_YEARS = typed(ConfirmedYear, select(calendar_years).order_by(calendar_years.c.year))


def calendar_from(overrides: Sequence[OverriddenDay], years: Sequence[YearRow]) -> BankCalendar:
    """The calendar made of the rows of `OVERRIDES` and `YEARS`."""
    return BankCalendar(
        overrides={row.day: row.is_working for row in overrides},
        confirmed_years=frozenset(row.year for row in years),
    )


CALENDAR = together(calendar_from, every(OVERRIDES), every(YEARS))
"""The bank calendar as it is now."""


async def bank_calendar(database: Database) -> BankCalendar:
    """The present calendar."""
    return calendar_from(*await database.read(OVERRIDES, YEARS))


async def is_stored(transaction: Transaction, at: datetime, author: str) -> bool:
    """Whether this author's change of that instant is in the history already."""
    (rows,) = await transaction.read(_STORED(at=at, by=author))
    return bool(rows)


def set_override(
    transaction: Transaction,
    day: date,
    is_working: bool | None,
    reason: str,
    author: str,
    at: datetime,
) -> None:
    """Overrides a day, or removes its override (`is_working` None); the history keeps both."""
    if is_working is None:
        transaction.write(_REMOVE_OVERRIDE, a_day=day)
    else:
        transaction.write(
            _PUT_OVERRIDE,
            day=day,
            is_working=is_working,
            reason=reason,
            author=author,
            created_at=at,
        )
    transaction.write(_HISTORY, day=day, is_working=is_working, reason=reason, author=author, at=at)


def confirm_year(
    transaction: Transaction, year: int, reason: str, author: str, at: datetime
) -> None:
    """Confirms that a year's overrides are complete; a repeat keeps the first confirmation."""
    transaction.write(_CONFIRM_YEAR, year=year, confirmed_by=author, confirmed_at=at)
    _tell_of_year(transaction, year, True, reason, author, at)


def withdraw_year(
    transaction: Transaction, year: int, reason: str, author: str, at: datetime
) -> None:
    """Withdraws a confirmation: unless the library has the year's decrees, the year is unknown
    again.
    """
    transaction.write(_WITHDRAW_YEAR, a_year=year)
    _tell_of_year(transaction, year, False, reason, author, at)


def _tell_of_year(
    transaction: Transaction,
    year: int,
    is_confirmed: bool,
    reason: str,
    author: str,
    at: datetime,
) -> None:
    transaction.write(
        _YEAR_HISTORY, year=year, is_confirmed=is_confirmed, reason=reason, author=author, at=at
    )


async def confirmed_years(database: Database) -> list[ConfirmedYear]:
    """Every confirmed year, who confirmed it and when."""
    return await database.rows(_LIST_YEARS())


async def overrides(database: Database) -> list[OverrideRow]:
    """Every override, by day."""
    return await database.rows(_LIST())


async def waiting_cases(database: Database, after: str, how_many: int) -> list[str]:
    """Ids of open cases that wait for a bank day, from the one after `after`."""
    rows = await database.rows(_WAITING(after=after, how_many=how_many))
    return [row.id for row in rows]
