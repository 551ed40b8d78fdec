"""Operators' changes of the bank calendar: days, and confirmed years."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.calendar import calendar
from domain.calendar.calendar_change import CalendarChange, DayChange
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import LookAt, Noun, conflict
from starter.commands.services import Services
from workflows.calendar import CalendarChangeWorkflow

MAX_REASON_LENGTH = 300
"""Characters of a reason, as the tables take it."""


@command
async def override_calendar_day(
    services: Services,
    caller: Caller,
    command_id: UUID,
    day: date,
    *,
    is_working: bool,
    reason: str,
) -> None:
    """Overrides a day. Deadlines that depend on it move, and their clients are notified."""
    days = (DayChange(day, is_working),)
    change = CalendarChange(days, (), reason, caller.login, datetime.now(UTC))
    await carry_out(services, command_id, change)


@command
async def restore_calendar_day(
    services: Services, caller: Caller, command_id: UUID, day: date, reason: str
) -> None:
    """Removes a day's override; without one nothing changes."""
    days = (DayChange(day, None),)
    change = CalendarChange(days, (), reason, caller.login, datetime.now(UTC))
    await carry_out(services, command_id, change)


@command
async def confirm_calendar_year(
    services: Services, caller: Caller, command_id: UUID, year: int, reason: str
) -> None:
    """Confirms that days without an override are as the library has them: weekends and holidays."""
    change = CalendarChange((), (year,), reason, caller.login, datetime.now(UTC))
    await carry_out(services, command_id, change)


@command
async def withdraw_calendar_year(
    services: Services, caller: Caller, command_id: UUID, year: int, reason: str
) -> None:
    """Withdraws a confirmation; the year's overrides stay. Refused as `year_not_confirmed` where
    there is none, but for a repeat, which goes on with its own withdrawal.
    """
    confirmed = (await calendar.bank_calendar(services.database)).confirmed_years
    if year not in confirmed and not await services.cases.has_run(_process_id(command_id)):
        raise conflict("year_not_confirmed", year=year)
    now = datetime.now(UTC)
    change = CalendarChange((), (), reason, caller.login, now, withdrawn_years=(year,))
    await carry_out(services, command_id, change)


async def carry_out(services: Services, command_id: UUID, change: CalendarChange) -> None:
    """Has the change stored by its workflow; what an earlier try stored is not stored again."""
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        CalendarChangeWorkflow.run,
        change,
        id=_process_id(command_id),
        task_queue=services.cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        static_summary=change.reason,
    )
    with suppress(WorkflowAlreadyStartedError):
        await services.cases.update_with_start(
            start, CalendarChangeWorkflow.apply, command_id, look_at=LookAt(Noun.CALENDAR)
        )


def _process_id(command_id: UUID) -> str:
    return f"calendar-change-{command_id}"
