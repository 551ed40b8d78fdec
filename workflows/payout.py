"""The payout: money leaves once, and what the outside does not say is looked up, never sent again."""

from datetime import timedelta

from temporalio import workflow

from workflows.case import OUTSIDE, Case

with workflow.unsafe.imports_passed_through():
    from activities.payout import PayoutActivities
    from domain.payout import Answer, PayoutRequest, PayoutStatus, Settlement
    from texts import say

FIRST_POLL = timedelta(seconds=2)
LONGEST_POLL = timedelta(hours=1)
MAX_POLLS = 60
"""Looks at an unsettled payout before the operator is asked: about two days."""

SETTLED = (PayoutStatus.PAID, PayoutStatus.REJECTED)


@workflow.defn(name="payout")
class PayoutWorkflow(Case):
    """One payout attempt of a case."""

    @workflow.init
    def __init__(self, request: PayoutRequest) -> None:
        super().__init__()
        self._answer = Answer(PayoutStatus.PREPARED)

    @workflow.run
    async def run(self, request: PayoutRequest) -> Answer:
        """Sends the money and waits until the outside says what became of it."""
        polls, pause = 0, FIRST_POLL
        await self._heard(request, await self._sent(request))
        while self._answer.status not in SETTLED:
            await workflow.sleep(pause, summary=say("ui.timer.payout"))
            polls, pause = polls + 1, min(pause * 2, LONGEST_POLL)
            if polls % MAX_POLLS == 0:
                await self._ask_operator(say("ui.step.pay"), say("ui.payout_silent"))
            await self._heard(request, await self._looked_up(request))
        return self._answer

    async def _sent(self, request: PayoutRequest) -> Answer:
        answer: Answer = await self._step(
            PayoutActivities.send, request, say("ui.step.pay"), OUTSIDE
        )
        return answer

    async def _looked_up(self, request: PayoutRequest) -> Answer:
        answer: Answer = await self._step(
            PayoutActivities.look_up, request, say("ui.step.look_up"), OUTSIDE
        )
        return answer

    async def _heard(self, request: PayoutRequest, answer: Answer) -> None:
        """Records what is new."""
        if answer.status is self._answer.status:
            return
        settlement = Settlement(request, answer, workflow.now())
        self._answer = await self._store(
            PayoutActivities.record, settlement, say("ui.step.record_payout")
        )

    def _describe(self) -> str:
        lines = [f"### {say(f'payout.status.{self._answer.status}')}"]
        if self._failure is not None and self._failed_step is not None:
            lines.append(say("ui.failure", step=self._failed_step, failure=self._failure))
            lines.append(say("ui.can_do"))
        return "\n\n".join(lines)
