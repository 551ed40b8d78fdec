"""The steps of a payout: request the refund, look its outcome up, record it."""

from collections.abc import Collection
from datetime import UTC, datetime

from temporalio import activity

from activities.case.alive import alive
from activities.payout.already_returned import differences_of
from activities.receipt.receipt import receipt_for
from db.database import Database
from db.facts import load
from db.payout import acquirer_refusal, payout
from db.payout import attempt as attempts
from db.reconciliation import acquirer_difference
from domain.payout import transitions
from domain.payout.payout import (
    Answer,
    Channel,
    PayoutAttempt,
    PayoutRequest,
    PayoutStatus,
    Settlement,
    SettlementRequest,
    key_of,
)
from domain.payout.transitions import RefundAtAcquirer, Rejection
from domain.reconciliation.acquirer_list import ListDifference, ListInvariant
from gateways.acquirer import (
    AcquirerGateway,
    AcquirerRefundStatus,
    AcquirerRefused,
    AcquirerUnavailable,
    RefundAnswer,
)

_STATUSES = {
    AcquirerRefundStatus.SUCCEEDED: PayoutStatus.PAID,
    AcquirerRefundStatus.CANCELLED: PayoutStatus.REJECTED,
    AcquirerRefundStatus.PENDING: PayoutStatus.SENT,
    AcquirerRefundStatus.UNRECOGNISED: PayoutStatus.SENT,
}


class OutcomeUnknown(Exception):  # noqa: N818  the name says what is the matter
    """The outcome is unknown and the key is too old to repeat the request: an operator decides."""


class EarlierAttemptExecuted(Exception):  # noqa: N818  the name says what is the matter
    """An earlier attempt, stored as rejected, was executed or may still be: another attempt could
    pay twice, so an operator decides.
    """


class PayoutActivities:
    """Steps of a payout. The idempotency key at the acquirer is (case, attempt), never a run's
    id.
    """

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="payout.send")
    async def send(self, request: PayoutRequest) -> Answer:
        """Requests the refund. A repeat, and an attempt whose key may be forgotten, looks it up
        first; no answer is `unknown`, never `rejected`.
        """
        attempt = await self._stored(request)
        async with alive():
            if transitions.has_to_look(attempt, activity.info().attempt, datetime.now(UTC)):
                return await self._look_up(attempt)
            return await self._ask(attempt)

    @activity.defn(name="payout.look_up")
    async def look_up(self, request: PayoutRequest) -> Answer:
        """Looks up the outcome of a payout; repeats the request under the same key when nothing is
        found.
        """
        attempt = await self._stored(request)
        async with alive():
            return await self._look_up(attempt)

    @activity.defn(name="payout.clear")
    async def clear(self, request: PayoutRequest) -> Answer:
        """Looks up the earlier attempts once more: none of them may be executed or under way. Money
        that the acquirer brought does not leave by the bank while the acquirer has returned some of
        it without us, or does not know the payment: such an attempt is rejected. Only a cleared
        attempt may be sent or be in a payment run.
        """
        executed = await self._executed_before(request)
        if executed is not None:
            earlier, refund = executed
            raise EarlierAttemptExecuted(
                f"attempt {earlier} is {refund.status} at the acquirer: {refund.refund_id}"
            )
        attempt = await self._stored(request)
        if attempt.status is not PayoutStatus.PREPARED:
            return attempt.answer
        if transitions.has_to_look_for_given_back(attempt):
            payments = await payout.acquired(self._database, request.case_id)
            found = await self._given_back(payments)
            if found:
                return await self._hold(request, found)
        async with self._database.transaction() as transaction:
            payout.clear(transaction, request, datetime.now(UTC))
        return Answer(PayoutStatus.PREPARED)

    @activity.defn(name="payout.settle_by_hand")
    async def settle_by_hand(self, by_hand: SettlementRequest) -> Answer:
        """Stores an operator's manual settlement, unless the acquirer knows better: a late success
        wins, and a refund under way there is not rejected here. An attempt is not settled either
        while an earlier one may be executed, unless that one is what paid.
        """
        executed, now = await self._executed_before(by_hand.payout), datetime.now(UTC)
        if executed is not None:
            earlier, refund = executed
            return transitions.settled_by_earlier(by_hand.word, earlier, _there(refund), now)
        attempt = await self._stored(by_hand.payout)
        if attempt.channel is Channel.BANK:
            return Answer(attempt.status)
        async with alive():
            found = await self._find(attempt)
        there = None if found is None else _there(found)
        judged = transitions.settled_by_hand(attempt, by_hand.word, there, now)
        return await self._taken(attempt, judged)

    @activity.defn(name="payout.record")
    async def record(self, settlement: Settlement) -> Answer:
        """Stores the acquirer's answer; one that is already stored changes nothing."""
        async with self._database.transaction() as transaction:
            stored = attempts.attempt(settlement.payout, locked=True)
            attempt = await load(transaction, stored)
            answer = transitions.recorded(attempt, settlement.answer)
            if answer is None:
                return attempt.answer
            payout.record(transaction, attempt, answer, settlement.at)
        return answer

    async def _executed_before(self, request: PayoutRequest) -> tuple[int, RefundAnswer] | None:
        """An earlier attempt that the acquirer has executed, or may still execute."""
        (rows,) = await self._database.read(attempts.earlier(request))
        async with alive():
            for row in rows:
                key = key_of(PayoutRequest(request.case_id, row.attempt))
                found = await self._acquirer.find_refund(row.acquirer_payment_id, key)
                if found is not None and found.status is not AcquirerRefundStatus.CANCELLED:
                    return row.attempt, found
        return None

    async def _stored(self, request: PayoutRequest) -> PayoutAttempt:
        attempt = await attempts.find(self._database, request)
        if attempt is None:
            raise LookupError(f"no payout {request.attempt} of {request.case_id}")
        return attempt

    async def _find(self, attempt: PayoutAttempt) -> RefundAnswer | None:
        return await self._acquirer.find_refund(attempt.gives_back, key_of(attempt.request))

    async def _given_back(self, payment_ids: Collection[str]) -> list[ListDifference]:
        """Undecided refunds that the acquirer made of these payments without us, and payments that
        it does not know.
        """
        async with alive():
            found = await differences_of(self._database, self._acquirer, payment_ids)
        return await acquirer_difference.undecided(self._database, found, datetime.now(UTC))

    async def _hold(self, request: PayoutRequest, found: Collection[ListDifference]) -> Answer:
        invariants = {one.invariant for one in found}
        rejection = transitions.held_for_given_back(
            [one.found for one in found],
            given_back=ListInvariant.OURS in invariants,
            charged_back=ListInvariant.CHARGED_BACK in invariants,
        )
        await self._keep_words(request, rejection)
        return rejection.answer

    async def _taken(self, attempt: PayoutAttempt, judged: Answer | Rejection) -> Answer:
        """The answer that was judged. Of a rejection the acquirer's reason is stored for staff;
        when it is on our side, refunds made without us are stored too.
        """
        if isinstance(judged, Answer):
            return judged
        if judged.is_ours:
            await self._given_back([attempt.gives_back])
        await self._keep_words(attempt.request, judged)
        return judged.answer

    async def _keep_words(self, request: PayoutRequest, rejection: Rejection) -> None:
        async with self._database.transaction() as transaction:
            acquirer_refusal.put(
                transaction, request, rejection.code, rejection.words, datetime.now(UTC)
            )

    async def _heard(self, attempt: PayoutAttempt, refund: RefundAnswer) -> Answer:
        judged = transitions.outcome_of(_there(refund), datetime.now(UTC))
        return await self._taken(attempt, judged)

    async def _look_up(self, attempt: PayoutAttempt) -> Answer:
        if attempt.external_id is not None:
            by_id = await self._acquirer.refund_by_id(attempt.external_id)
            return await self._heard(attempt, by_id)
        found = await self._find(attempt)
        if found is not None:
            return await self._heard(attempt, found)
        if transitions.is_old(attempt, datetime.now(UTC)):
            raise OutcomeUnknown("the acquirer does not know the refund and its key is too old")
        return await self._ask(attempt)

    async def _ask(self, attempt: PayoutAttempt) -> Answer:
        receipt = await receipt_for(self._database, attempt.request)
        try:
            answer = await self._acquirer.refund(
                key=key_of(attempt.request),
                payment_id=attempt.gives_back,
                amount_kopecks=attempt.amount_kopecks,
                description=attempt.case_id,
                metadata={"case_id": attempt.case_id, "attempt": str(attempt.attempt)},
                receipt=receipt,
            )
        except AcquirerUnavailable as silence:
            if not silence.outcome_unknown:
                raise
            return transitions.silence(attempt, str(silence))
        except AcquirerRefused as refused:
            return await self._after_refusal(attempt, refused)
        return await self._heard(attempt, answer)

    async def _after_refusal(self, attempt: PayoutAttempt, refused: AcquirerRefused) -> Answer:
        """A refusal after an unknown outcome may mean that the first request was executed: look it
        up.

        A refusal of a request that had been accepted proves nothing: one answered 202 is in no list
        yet.
        """
        first = transitions.is_first_request(attempt, activity.info().attempt)
        if not first or refused.key_reused:
            found = await self._find(attempt)
            if found is not None:
                return await self._heard(attempt, found)
            under_way = transitions.still_under_way(attempt)
            if under_way is not None:
                return under_way
        return await self._taken(attempt, Rejection(refused.code, refused.words))


def _there(refund: RefundAnswer) -> RefundAtAcquirer:
    """A refund as its judgements see it."""
    return RefundAtAcquirer(
        _STATUSES[refund.status],
        refund.refund_id,
        refund.reason,
        refund.party,
        refund.created_at,
        recognised=refund.status is not AcquirerRefundStatus.UNRECOGNISED,
        rrn=refund.rrn,
    )
