"""The ticket: our turn by the clocks, the client's turn, resolved with days to reopen, closed."""

from temporalio import workflow

from workflows.case.command import command
from workflows.case.status_case import CaseType, StatusCase, asking

with workflow.unsafe.imports_passed_through():
    from activities.ticket.steps import TicketActivities
    from domain.ticket.ticket import (
        TICKET_ACTIONS,
        TicketAction,
        TicketChange,
        TicketOpening,
        TicketOutcome,
        TicketRefusal,
        TicketRequest,
        TicketStatus,
        TicketTransitionResult,
    )

TICKET = CaseType(
    titles="ticket.status",
    timers="ui.timer.ticket",
    summaries="ui.step.ticket",
    opening_summary="ui.step.open_ticket",
    opening=TicketOpening,
    change=TicketChange,
    open=TicketActivities.open,
    catch_up=TicketActivities.catch_up,
    remind=TicketActivities.remind,
    move_deadline=TicketActivities.move_deadline,
    commands={action: getattr(TicketActivities, action) for action in TicketAction},
    actions=TICKET_ACTIONS,
    ends=(TicketStatus.CLOSED,),
    ended=TicketRefusal.CLOSED,
)
"""What a ticket is; the step of each command has its name."""


@workflow.defn(name="ticket")
class TicketWorkflow(StatusCase[TicketAction, TicketTransitionResult, TicketChange]):
    """One ticket."""

    @workflow.init
    def __init__(self, request: TicketRequest) -> None:
        result = TicketTransitionResult(TicketStatus.NEW, 0)
        super().__init__(TICKET, request, request.ticket_id, result)

    @workflow.run
    async def run(self, request: TicketRequest) -> TicketOutcome:
        """The process: whoever's turn it is is waited for, until the ticket is closed."""
        await self._opened()
        while not self._has_ended:
            await self._waited()
        await self._answered_all()
        return TicketOutcome(self._result.status)

    async def _lapsed(self) -> None:
        await self._by_itself(TicketActivities.lapse, "ui.step.lapse")

    ask = asking(TicketTransitionResult, "opens the ticket")
    reply = command(
        TicketAction.REPLY, TicketTransitionResult, "the client writes; by, submission_id"
    )
    hasten = command(TicketAction.HASTEN, TicketTransitionResult, "the client presses; by")
    archive = command(TicketAction.ARCHIVE, TicketTransitionResult, "the client puts it away; by")
    answer = command(TicketAction.ANSWER, TicketTransitionResult, "we answer; by, submission_id")
    take = command(TicketAction.TAKE, TicketTransitionResult, "one takes it; by, submission_id")
    transfer = command(
        TicketAction.TRANSFER, TicketTransitionResult, "to a department; by, submission_id"
    )
    escalate = command(
        TicketAction.ESCALATE, TicketTransitionResult, "to the operators; by, submission_id"
    )
    resolve = command(TicketAction.RESOLVE, TicketTransitionResult, "we hold it for settled; by")
    await_third_party = command(
        TicketAction.AWAIT_THIRD_PARTY,
        TicketTransitionResult,
        "somebody outside has to answer first; by, submission_id",
    )
    merge = command(
        TicketAction.MERGE, TicketTransitionResult, "into another ticket; by, submission_id"
    )
    unmerge = command(TicketAction.UNMERGE, TicketTransitionResult, "a merge is undone; by")
    mark_spam = command(
        TicketAction.MARK_SPAM, TicketTransitionResult, "put aside as spam; by, submission_id"
    )
    unmark_spam = command(TicketAction.UNMARK_SPAM, TicketTransitionResult, "no spam; by")

    def _transition(self, result: TicketTransitionResult) -> None:
        """The last status is shown by the run's end."""
        if result.status is TicketStatus.CLOSED and not self._needs_operator:
            self._result = result
            self._show_details()
        else:
            super()._transition(result)
