"""A payment by card: its page is requested once, then the acquirer is polled until the payment
ends.
"""

from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow

from workflows.case.kernel import Case
from workflows.case.resolution import CaseAborted, Resolution, ResolutionAction
from workflows.case.retries import OUTSIDE, SIGNALLING

with workflow.unsafe.imports_passed_through():
    from activities.banking.incoming_money import MoneyActivities
    from activities.card.card_payment import CardPaymentActivities
    from domain.card.card_payment import (
        ENDED,
        CardAnswer,
        CardClosing,
        CardEnd,
        CardPaymentRequest,
        CardStatus,
    )
    from texts import translate

FIRST_POLL = timedelta(seconds=15)
LONGEST_POLL = timedelta(hours=12)
GROWTH = 3
MAX_POLLS = 10
"""Looks at a page that nobody pays by before we stop waiting: about a day and a half, while the
acquirer itself forgets a page within hours and says so by a webhook.
"""

ACQUIRER_SAID = "acquirer_said"
"""The signal after a notification of the acquirer; it makes the case look the payment up."""
ACQUIRER, ORDER = "acquirer", "order"
"""Who has a failed step tried again or given up beside the operator: whoever has just spoken."""


@workflow.defn(name="card_payment")
class CardPaymentWorkflow(Case):
    """The payment of one order.

    Its result is paid or cancelled. Money paid on a page that was closed here starts the workflow
    again; that run records the money.
    """

    _aborting = "ui.can_give_up_page"

    @workflow.init
    def __init__(self, request: CardPaymentRequest) -> None:
        super().__init__()
        self._request = request
        self._answer = CardAnswer(CardStatus.PREPARED)
        self._has_news = False
        self._is_stopped = False

    @workflow.run
    async def run(self, request: CardPaymentRequest) -> CardAnswer:
        """Waits until the client has paid, or the payment was cancelled by the acquirer or by
        us.
        """
        self._take_over(
            await self._store(
                CardPaymentActivities.prepare, request, translate("ui.step.prepare_page")
            )
        )
        try:
            if self._answer.status is not CardStatus.PAID:
                await self._ask(translate("ui.step.open_page"))
            await self._polled()
        except CaseAborted:
            await self._close(CardEnd.STOPPED if self._is_stopped else CardEnd.GIVEN_UP)
        await self._notify()
        while self._has_news and self._answer.status is not CardStatus.PAID:
            await self._looked_again()
        return self._answer

    async def _polled(self) -> None:
        """Polls ever more rarely until the payment has ended; gives up at the end of its wait."""
        polls, pause = 0, FIRST_POLL
        while self._answer.status not in ENDED:
            if not await self._woken(pause):
                polls, pause = polls + 1, min(pause * GROWTH, LONGEST_POLL)
            await self._ask(translate("ui.step.look_at_page"))
            if self._is_stopped:
                await self._close(CardEnd.STOPPED)
            elif polls == MAX_POLLS:
                await self._close(CardEnd.NOT_PAID_IN_TIME)

    async def _looked_again(self) -> None:
        """Asks once more after a webhook that came while the run was ending: the signal was taken
        by this run, so no other one would ever look, and the client may have paid after our last
        poll.
        """
        self._has_news = False
        await self._ask(translate("ui.step.look_at_page"))
        await self._notify()

    async def _woken(self, pause: timedelta) -> bool:
        """Sleeps until the next poll; True when a webhook arrived before that.

        A webhook during a poll counts too: that poll may have been a moment too early.
        """
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._has_news or self._is_stopped,
                timeout=pause,
                timeout_summary=translate("ui.timer.card_payment"),
            )
        woken, self._has_news = self._has_news or self._is_stopped, False
        return woken

    @workflow.signal(name=ACQUIRER_SAID, description="the acquirer has told of this payment")
    def acquirer_said(self) -> None:
        """A webhook has arrived: poll now, also while an operator is asked. It carries no data."""
        self._has_news = True
        self._resolve(ResolutionAction.RETRY, ACQUIRER)

    @workflow.signal(name="stop", description="nobody waits for this payment any longer")
    def stop(self) -> None:
        """Ends the waiting after one more poll: the order was cancelled, or paid another way."""
        self._is_stopped = True
        given_up = self._may_abort()
        self._resolve(ResolutionAction.ABORT if given_up else ResolutionAction.RETRY, ORDER)

    def _resolve(self, action: ResolutionAction, by: str) -> None:
        """Retries a failed step without the operator."""
        if self._failed_step is not None:
            self._resolution = self._resolution or Resolution(action, by)

    async def _ask(self, summary: str) -> None:
        self._take_over(
            await self._step(CardPaymentActivities.ask, self._request.order_id, summary, OUTSIDE)
        )

    async def _close(self, reason: CardEnd) -> None:
        if self._answer.status in ENDED:
            return
        closing = CardClosing(self._request.order_id, reason)
        self._take_over(
            await self._store(CardPaymentActivities.close, closing, translate("ui.step.close_page"))
        )

    async def _notify(self) -> None:
        """Signals the case that waits for the money, or for the news that none will come."""
        await self._step(
            MoneyActivities.signal_renewals,
            self._request.order_id,
            translate("ui.step.tell_cases"),
            SIGNALLING,
        )

    def _take_over(self, answer: Any) -> None:
        """Takes over the payment's state from a step's result, and shows it."""
        self._answer = answer
        self._show_details()

    def _may_abort(self) -> bool:
        """A payment can be given up only while no page exists on which it could be paid."""
        return self._answer.status in (CardStatus.PREPARED, CardStatus.UNKNOWN)

    def _lines(self) -> list[str]:
        return [f"### {translate(f'card_payment.status.{self._answer.status}')}"]
