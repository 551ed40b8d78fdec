"""The payout of a case, inside the case's own run: money leaves once; an unknown outcome is looked
up, the payment is never sent again.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError, is_cancelled_exception

from workflows.case.command import ActionT, CommandedCase, ResultT
from workflows.case.resolution import CaseAborted, Resolution, ResolutionAction
from workflows.case.retries import ONCE, OUTSIDE

with workflow.unsafe.imports_passed_through():
    from activities.payout.payout import PayoutActivities
    from domain.case.waiting import Wait
    from domain.payout.payout import (
        Answer,
        Channel,
        ManualSettlement,
        PayoutRequest,
        PayoutStatus,
        PayoutTold,
        Settlement,
        SettlementRequest,
    )
    from texts import translate

FIRST_ATTEMPT = 1
FIRST_POLL = timedelta(seconds=2)
LONGEST_POLL = timedelta(hours=1)
MAX_POLLS = 60
"""Looks at an unsettled payout before the operator is asked: about two days."""

SETTLED = (PayoutStatus.PAID, PayoutStatus.REJECTED)

ACQUIRER = "acquirer"
"""Who has a step looked at again when the acquirer itself speaks."""


class PayingCase(CommandedCase[ActionT, ResultT]):
    """A case that pays out: one attempt at a time, each with a record and a key (case, attempt).

    A run that begins anew, after a reset too, pays the same attempt out again: its first step looks
    at the record and asks the outside before it sends anything. A subclass says in `_payout_wait`
    until when the bank is waited for.
    """

    def __init__(self) -> None:
        super().__init__()
        self._attempt: PayoutRequest | None = None
        self._last_attempt = 0
        self._outcome = Answer(PayoutStatus.PREPARED)
        self._told: defaultdict[int, list[Answer]] = defaultdict(list)
        self._word: ManualSettlement | None = None
        self._is_held = False

    async def _payout(self, request: PayoutRequest) -> Answer:
        """Sends the money of an attempt and waits until its outcome is known; a case that is
        cancelled meanwhile ends after that.
        """
        paying = asyncio.create_task(self._paid_out(request))
        try:
            return await asyncio.shield(paying)
        except asyncio.CancelledError:
            await paying
            raise

    async def _paid_out(self, request: PayoutRequest) -> Answer:
        self._attempt, self._outcome = request, Answer(PayoutStatus.PREPARED)
        self._last_attempt = request.attempt
        if request.attempt > FIRST_ATTEMPT or request.to_clear:
            await self._cleared()
        if request.channel is Channel.ACQUIRER:
            await self._through_acquirer()
        else:
            await self._through_bank()
        self._attempt = None
        self._told.pop(request.attempt, None)
        return self._outcome

    async def _cleared(self) -> None:
        """Holds this attempt until it is certain that no earlier one was executed. An earlier one
        that was can settle this one, by the operator's decision. Money that the acquirer has
        returned without us rejects this attempt.
        """
        self._is_held = True
        while self._is_held and self._is_unsettled:
            try:
                await self._record(
                    await self._ask(PayoutActivities.clear, translate("ui.step.clear"))
                )
                self._is_held = False
            except CaseAborted:
                await self._record(await self._settled_by_hand())
                self._word = None
        self._is_held = False

    async def _through_acquirer(self) -> None:
        """Requests the refund once, then polls: the acquirer sends no webhook for a cancelled
        refund. A payout that is not made at once is shown as under way.
        """
        is_asked = await self._asked_once()
        while self._is_unsettled:
            self._show_under_way()
            try:
                if not is_asked:
                    look = PayoutActivities.look_up
                    await self._record(await self._ask(look, translate("ui.step.pay")))
                await self._polled()
            except CaseAborted:
                await self._record(await self._settled_by_hand())
                self._word = None
            is_asked = False

    async def _asked_once(self) -> bool:
        """The first request, one try of it; False when nobody knows what became of it."""
        try:
            answer = await workflow.execute_activity_method(
                PayoutActivities.send, self._paying, summary=translate("ui.step.pay"), **ONCE
            )
        except FailureError as error:
            if is_cancelled_exception(error):
                raise
            return False
        await self._record(answer)
        return True

    async def _polled(self) -> None:
        """Polls ever more rarely until the payout is settled; asks the operator after a long
        silence.
        """
        polls, pause = 0, FIRST_POLL
        while self._is_unsettled:
            await self._pause(pause)
            polls, pause = polls + 1, min(pause * 2, LONGEST_POLL)
            if polls % MAX_POLLS == 0:
                await self._ask_operator(translate("ui.step.pay"), translate("ui.payout_silent"))
            await self._record(
                await self._ask(PayoutActivities.look_up, translate("ui.step.look_up"))
            )

    async def _settled_by_hand(self) -> Answer:
        """The operator's manual settlement. A last look at the acquirer may overrule it; then
        polling goes on.
        """
        if self._word is None:
            raise RuntimeError("a payout is given up by an operator's decision only")
        by_hand = SettlementRequest(self._paying, self._word)
        answer: Answer = await self._step(
            PayoutActivities.settle_by_hand, by_hand, translate("ui.step.settle_by_hand"), OUTSIDE
        )
        return answer

    async def _through_bank(self) -> None:
        """Waits for the payment run, then for the bank statement; only the statement makes it
        paid.
        """
        while self._is_unsettled:
            await self._wait_for(
                lambda: bool(self._heard_of_payout),
                self._payout_wait,
                translate("ui.timer.payout"),
            )
            await self._record(self._heard_of_payout.pop(0))

    async def _pause(self, pause: timedelta) -> None:
        """Sleeps until the next poll, or until a webhook arrives.

        A webhook during a poll counts too: that poll may have been a moment too early.
        """
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: bool(self._heard_of_payout),
                timeout=pause,
                timeout_summary=translate("ui.timer.payout"),
            )
        self._heard_of_payout.clear()

    @workflow.signal(name="bank_said", description="handed over, paid or rejected, by the bank")
    def bank_said(self, told: PayoutTold) -> None:
        """Takes what a payment run or a bank statement reports of an attempt. For an acquirer's
        payout it only means: poll now, also while the operator is asked. What is said of an attempt
        that the case does not know yet makes it look where its row is; of a settled one nothing is
        kept.
        """
        if told.attempt <= self._last_attempt and told.attempt != self._attempt_under_way:
            return
        if told.attempt > self._last_attempt:
            self._calendar_changed = True
        self._told[told.attempt].append(told.answer)
        if (
            self._attempt is not None
            and self._attempt.attempt == told.attempt
            and self._attempt.channel is Channel.ACQUIRER
            and self._failed_step is not None
        ):
            self._resolution = self._resolution or Resolution(ResolutionAction.RETRY, ACQUIRER)

    @workflow.update(
        name="settle_by_hand",
        description="paid | rejected by the acquirer's own records; by, reason, settled_on",
    )
    def settle_by_hand(self, word: ManualSettlement) -> None:
        """Takes the operator's manual settlement of a payout that waits for it."""
        self._word = word
        self._resolution = Resolution(ResolutionAction.ABORT, word.by, word.reason)

    @settle_by_hand.validator
    def _check_word(self, word: ManualSettlement) -> None:
        if self._is_held and word.status is not PayoutStatus.PAID:
            raise ApplicationError("say paid, by the earlier attempt", type="status_unknown")
        attempt = self._attempt
        if attempt is not None and attempt.channel is Channel.BANK and not self._is_held:
            raise ApplicationError("the bank statement settles it: retry", type="not_abortable")
        if attempt is None or self._failed_step is None or self._word is not None:
            raise ApplicationError("no step waits for the operator", type="no_failed_step")
        if word.status not in SETTLED:
            raise ApplicationError("say paid or rejected", type="status_unknown")
        if not (word.by.strip() and word.reason.strip()):
            raise ApplicationError("say who decides and why: by, reason", type="by_missing")
        if word.status is PayoutStatus.PAID and word.settled_on is None:
            raise ApplicationError("say on which day: settled_on", type="day_missing")

    async def _ask(self, step: Callable[..., Any], summary: str) -> Answer:
        answer: Answer = await self._step(step, self._paying, summary, OUTSIDE)
        return answer

    async def _record(self, answer: Answer) -> None:
        """Takes over a new state from a step's result, and shows it."""
        if answer.status is self._outcome.status:
            return
        settlement = Settlement(self._paying, answer, workflow.now())
        self._outcome = await self._store(
            PayoutActivities.record, settlement, translate("ui.step.record_payout")
        )

    def _show_under_way(self) -> None:
        """Shows that the payout is under way, unless that is shown."""
        raise NotImplementedError

    def _payout_wait(self) -> Wait:
        """Until when the bank is waited for."""
        raise NotImplementedError

    @property
    def _attempt_under_way(self) -> int | None:
        return None if self._attempt is None else self._attempt.attempt

    @property
    def _paying(self) -> PayoutRequest:
        if self._attempt is None:
            raise RuntimeError("no attempt is under way")
        return self._attempt

    @property
    def _is_unsettled(self) -> bool:
        return self._outcome.status not in SETTLED

    @property
    def _heard_of_payout(self) -> list[Answer]:
        return self._told[self._paying.attempt]

    def _more_ways(self) -> list[str]:
        if self._attempt is None:
            return super()._more_ways()
        if self._is_held:
            return ["ui.can_settle_by_earlier"]
        return ["ui.can_settle"] if self._attempt.channel is Channel.ACQUIRER else []
