"""A change of the bank calendar: stored once, then every open case is signalled to recompute its
deadline.
"""

import asyncio
from dataclasses import replace
from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, is_cancelled_exception

from workflows.case.kernel import Case
from workflows.case.retries import DATABASE, ROUND_AGAIN

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
"""A change that cannot be stored in this time fails: later it might undo what an operator has
changed since. Whoever asks for it again begins it anew.
"""


@workflow.defn(name="calendar-change")
class CalendarChangeWorkflow(Case):
    """One change of the calendar."""

    _tried_again_after = ROUND_AGAIN

    @workflow.init
    def __init__(self, change: CalendarChange) -> None:
        super().__init__()
        self._stored = change.progress is not None

    @workflow.run
    async def run(self, change: CalendarChange) -> CalendarOutcome:
        """Stores the change and signals the waiting cases; a new run continues where the last
        stopped.
        """
        if not self._stored:
            await self._store_change(change)
            self._stored = True
        signalled = await self._signal_cases(change, change.progress or SignalProgress())
        await workflow.wait_condition(workflow.all_handlers_finished)
        return CalendarOutcome(len(change.days), signalled)

    @workflow.update(name="apply", description="answers when the change is stored")
    async def apply(self) -> None:
        """Waits until the change is stored."""
        await workflow.wait_condition(lambda: self._stored)

    async def _store_change(self, change: CalendarChange) -> None:
        """Raises where it certainly is not stored: the last try's COMMIT may have had no answer."""
        summary = translate("ui.step.store_calendar")
        try:
            await workflow.execute_activity_method(
                CalendarActivities.store,
                change,
                summary=summary,
                schedule_to_close_timeout=STORED_WITHIN,
                **DATABASE,
            )
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            if not await self._step(CalendarActivities.is_stored, change, summary, DATABASE):
                raise

    async def _signal_cases(self, change: CalendarChange, progress: SignalProgress) -> int:
        """Signals cases page by page; continues as new when the history gets long."""
        signalled, after = progress.notified_cases, progress.after
        while True:
            page: CasePage = await self._step(
                CalendarActivities.waiting_cases,
                after,
                translate("ui.step.waiting_cases"),
                DATABASE,
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

    def _lines(self) -> list[str]:
        return [f"### {translate('ui.calendar_change')}"]
