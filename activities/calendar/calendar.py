"""The steps of a calendar change: store it, and list the cases whose deadlines it may move."""

from temporalio import activity

from db.calendar import calendar
from db.database import Database
from domain.calendar.calendar_change import CalendarChange, CasePage, changed_days

PAGE = 200
"""Cases looked up at once."""


class CalendarActivities:
    """Steps of a calendar change; storing the same change again changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="calendar.store")
    async def store(self, change: CalendarChange) -> None:
        """Stores the overrides and the confirmation of years in one transaction, with their
        history.

        A repeat never undoes a later change of the same days.
        """
        said = (change.reason, change.by, change.at)
        async with self._database.transaction() as transaction:
            _, overrides = await transaction.read(calendar.LOCK, calendar.OVERRIDES)
            if await calendar.is_stored(transaction, change.at, change.by):
                return
            for item in changed_days(change, {row.day: row.is_working for row in overrides}):
                calendar.set_override(transaction, item.day, item.is_working, *said)
            for year in change.confirmed_years:
                calendar.confirm_year(transaction, year, *said)
            for year in change.withdrawn_years:
                calendar.withdraw_year(transaction, year, *said)

    @activity.defn(name="calendar.is_stored")
    async def is_stored(self, change: CalendarChange) -> bool:
        """Whether the change is in the history."""
        async with self._database.transaction() as transaction:
            return await calendar.is_stored(transaction, change.at, change.by)

    @activity.defn(name="calendar.waiting_cases")
    async def waiting_cases(self, after: str) -> CasePage:
        """The next page of open cases that wait for a bank day, by id."""
        ids = await calendar.waiting_cases(self._database, after, PAGE)
        return CasePage(tuple(ids), ids[-1] if len(ids) == PAGE else None)
