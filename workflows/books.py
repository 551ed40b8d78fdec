"""The daily check of the books: an invariant that fails is an operator's task until it holds
again.
"""

from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.case.kernel import Case
from workflows.case.resolution import CaseAborted

with workflow.unsafe.imports_passed_through():
    from activities.reconciliation.acquirer_list import AcquirerListActivities
    from activities.reconciliation.reconciliation import BooksActivities
    from domain.reconciliation.reconciliation import BooksFindings, Reconciliation
    from texts import translate
    from texts.invariants import invariant_title

BOOKS_SCHEDULE_ID = "books-check"

PATIENT: dict[str, Any] = {
    "start_to_close_timeout": timedelta(minutes=10),
    "retry_policy": RetryPolicy(
        initial_interval=timedelta(seconds=5),
        maximum_interval=timedelta(minutes=5),
        maximum_attempts=20,
    ),
}
"""The check reads whole tables: minutes for one try, about an hour and a half of retries."""

COMPARING: dict[str, Any] = {
    **PATIENT,
    "start_to_close_timeout": timedelta(minutes=30),
    "heartbeat_timeout": timedelta(seconds=60),
}
"""Thousands of pages of the acquirer's list at the most; it tells by heartbeats that it goes on."""


@workflow.defn(name="books-check")
class BooksCheckWorkflow(Case):
    """One check of the books."""

    def __init__(self) -> None:
        super().__init__()
        self._found = BooksFindings(0)

    @workflow.run
    async def run(self) -> BooksFindings:
        """Checks, and again a day later or at the operator's decision, until nothing differs."""
        check = Reconciliation(workflow.info().workflow_id, workflow.now())
        try:
            while await self._differ(check):
                found = translate("ui.books_differ", count=self._found.differences)
                await self._ask_operator(translate("ui.step.check_books"), found, mail=False)
        except CaseAborted:
            workflow.logger.warning("books.differences_set_aside")
        return self._found

    async def _differ(self, check: Reconciliation) -> bool:
        own: BooksFindings = await self._step(
            BooksActivities.check, check, translate("ui.step.check_books"), PATIENT
        )
        acquirers: BooksFindings = await self._step(
            AcquirerListActivities.compare,
            check,
            translate("ui.step.compare_with_acquirer"),
            COMPARING,
        )
        self._found = own + acquirers
        return self._found.differences > 0

    def _may_abort(self) -> bool:
        return True

    def _lines(self) -> list[str]:
        broken = [invariant_title(name) for name in self._found.invariants]
        return broken or [translate("ui.books_right")]
