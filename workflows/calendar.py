"""A change of the bank calendar: stored once, then every open case is signalled to recompute its
deadline.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.retries import DATABASE

with workflow.unsafe.imports_passed_through():
    from activities.calendar.calendar import CalendarActivities
    from domain.calendar.calendar_change import (
        CalendarChange,
        CalendarOutcome,
        CasePage,
        SignalProgress,
    )
    from texts import translate

STORED_WITHIN = timedelta(minutes=5)
"""A change that cannot be stored in this time fails, and the API answers so."""


@workflow.defn(name="calendar-change")
class CalendarChangeWorkflow:
    """One change of the calendar."""

    @workflow.init
    def __init__(self, change: CalendarChange) -> None:
        self._stored = change.progress is not None

    @workflow.run
    async def run(self, change: CalendarChange) -> CalendarOutcome:
        """Stores the change and signals the waiting cases; a new run continues where the last
        stopped.
        """
        if not self._stored:
            await workflow.execute_activity_method(
                CalendarActivities.store,
                change,
                summary=translate("ui.step.store_calendar"),
                schedule_to_close_timeout=STORED_WITHIN,
                **DATABASE,
            )
            self._stored = True
        signalled = await self._signal_cases(change, change.progress or SignalProgress())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CalendarOutcome(len(change.days), signalled)

    @workflow.update(name="apply", description="answers when the change is stored")
    async def apply(self) -> None:
        """Waits until the change is stored."""
        await workflow.wait_condition(lambda: self._stored)

    async def _signal_cases(self, change: CalendarChange, progress: SignalProgress) -> int:
        """Signals cases page by page; continues as new when the history gets long."""
        signalled, after = progress.notified_cases, progress.after
        while True:
            page: CasePage = await workflow.execute_activity_method(
                CalendarActivities.waiting_cases,
                after,
                summary=translate("ui.step.waiting_cases"),
                **DATABASE,
            )
            signalled += sum(await asyncio.gather(*map(self._signalled, page.case_ids)))
            if page.after is None:
                return signalled
            after = page.after
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(replace(change, progress=SignalProgress(after, signalled)))

    async def _signalled(self, case_id: str) -> bool:
        """Signals one case; a case that has ended has no deadline to move."""
        case = workflow.get_external_workflow_handle(case_id)
        try:
            await case.signal("calendar_changed")
        except ApplicationError:
            return False
        return True
