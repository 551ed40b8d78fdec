"""A change of the bank calendar: stored once, then every open case looks at its deadline again."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows.case.kernel import DATABASE

with workflow.unsafe.imports_passed_through():
    from activities.calendar.calendar import CalendarActivities
    from domain.calendar.calendar_change import CalendarChange, CalendarOutcome, CasePage, Telling
    from texts import translate

STORED_WITHIN = timedelta(minutes=5)
"""A change that cannot be stored in this time fails, and the operator is told by the API."""


@workflow.defn(name="calendar-change")
class CalendarChangeWorkflow:
    """One change of the calendar."""

    @workflow.init
    def __init__(self, change: CalendarChange) -> None:
        self._stored = change.telling is not None

    @workflow.run
    async def run(self, change: CalendarChange) -> CalendarOutcome:
        """Stores the change and tells the cases that wait, from where an earlier run stopped."""
        if not self._stored:
            await workflow.execute_activity_method(
                CalendarActivities.store,
                change,
                summary=translate("ui.step.store_calendar"),
                schedule_to_close_timeout=STORED_WITHIN,
                **DATABASE,
            )
            self._stored = True
        notified = await self._signal_renewals(change, change.telling or Telling())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CalendarOutcome(len(change.days), notified)

    @workflow.update(name="apply", description="answers when the change is stored")
    async def apply(self) -> None:
        """Waits until the change is stored."""
        await workflow.wait_condition(lambda: self._stored)

    async def _signal_renewals(self, change: CalendarChange, telling: Telling) -> int:
        """Tells page after page; a long history begins anew where it stopped."""
        notified, after = telling.notified_cases, telling.after
        while True:
            page: CasePage = await workflow.execute_activity_method(
                CalendarActivities.waiting_cases,
                after,
                summary=translate("ui.step.waiting_cases"),
                **DATABASE,
            )
            notified += sum(await asyncio.gather(*map(self._notified, page.case_ids)))
            if page.after is None:
                return notified
            after = page.after
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(replace(change, telling=Telling(after, notified)))

    async def _notified(self, case_id: str) -> bool:
        """Signals one case; one that has ended meanwhile has no deadline left to move."""
        case = workflow.get_external_workflow_handle(case_id)
        try:
            await case.signal("calendar_changed")
        except ApplicationError:
            return False
        return True
