"""The steps of a payout: ask the acquirer, look its answer up, record it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from temporalio import activity

from activities.case.alive import alive
from activities.payout.already_returned import differences_of
from activities.receipt.receipt import receipt_for
from db.database import Database, Row
from db.payout import acquirer_refusal, payout
from db.reconciliation import acquirer_difference
from domain.calendar.bank_calendar import moscow_date
from domain.payout.acquirer_refusal import (
    GIVEN_BACK_THERE,
    PAYMENT_UNKNOWN_THERE,
    UNEXPLAINED,
    WhoseMatter,
    whose_matter,
)
from domain.payout.payout import (
    PAYOUT_MOVES,
    Answer,
    Channel,
    PayoutRequest,
    PayoutStatus,
    Settlement,
    SettlementRequest,
    reason_by_hand,
)
from domain.reconciliation.acquirer_list import ListDifference, ListInvariant
from gateways.acquirer import (
    AcquirerGateway,
    AcquirerRefundStatus,
    AcquirerRefused,
    AcquirerUnavailable,
    RefundAnswer,
)

KEY_LIFETIME = timedelta(hours=20)
"""How long a repeat under the same key is surely the same refund; the acquirer forgets after 24
hours.
"""

FIRST_TRY = 1
"""Of a step, by Temporal's count; a payout's attempts are another matter."""

_STATUSES = {
    AcquirerRefundStatus.SUCCEEDED: PayoutStatus.PAID,
    AcquirerRefundStatus.CANCELLED: PayoutStatus.REJECTED,
    AcquirerRefundStatus.PENDING: PayoutStatus.SENT,
    AcquirerRefundStatus.UNRECOGNISED: PayoutStatus.SENT,
}


class OutcomeUnknown(Exception):  # noqa: N818  the name says what is the matter
    """Nobody can say whether the money left, and the key is too old to ask again: an operator's
    task.
    """


class EarlierAttemptExecuted(Exception):  # noqa: N818  the name says what is the matter
    """An attempt that is held as rejected has been executed, or still may be: another one could be
    a second payment, so a person decides.
    """


class PayoutActivities:
    """Steps of the payout process. The key towards the outside is (case, attempt), never a run's
    id.
    """

    def __init__(self, database: Database, acquirer: AcquirerGateway) -> None:
        self._database = database
        self._acquirer = acquirer

    @activity.defn(name="payout.send")
    async def send(self, request: PayoutRequest) -> Answer:
        """Asks the acquirer to refund. A repeat looks first, and so does whoever comes when the
        key may be forgotten; silence is `unknown`, never `rejected`.
        """
        row = await self._found(request)
        asked_before = row.status != PayoutStatus.PREPARED or activity.info().attempt > FIRST_TRY
        async with alive():
            if asked_before or _is_old(row):
                return await self._look_up(row)
            return await self._ask(row)

    @activity.defn(name="payout.look_up")
    async def look_up(self, request: PayoutRequest) -> Answer:
        """Looks at what became of a payout; asks again under the same key when nothing is there."""
        row = await self._found(request)
        async with alive():
            return await self._look_up(row)

    @activity.defn(name="payout.clear")
    async def clear(self, request: PayoutRequest) -> Answer:
        """Looks once more at what became of the attempts before this one: none of them may be
        executed, or be on its way to it. And money that the acquirer brought does not leave by the
        bank while the acquirer has given some of it back without us, or does not know it: such an
        attempt is rejected. Only then may it be sent, or stand in a payment run.
        """
        executed = await self._executed_before(request)
        if executed is not None:
            attempt, refund = executed
            raise EarlierAttemptExecuted(
                f"attempt {attempt} is {refund.status} at the acquirer: {refund.refund_id}"
            )
        row = await self._found(request)
        if row.status != PayoutStatus.PREPARED:
            return Answer(PayoutStatus(row.status), row.external_id, row.reason, row.settled_on)
        if row.channel == Channel.BANK and row.cleared_at is None:
            payments = await payout.acquired(self._database, request.case_id)
            found = await self._given_back(payments)
            if found:
                return await self._hold(request, found)
        async with self._database.transaction() as transaction:
            payout.clear(transaction, request, datetime.now(UTC))
        return Answer(PayoutStatus.PREPARED)

    @activity.defn(name="payout.settle_by_hand")
    async def settle_by_hand(self, by_hand: SettlementRequest) -> Answer:
        """Takes an operator's decision, unless the acquirer knows better: a late success wins, and
        what is under way there is not rejected here. Nor is an attempt settled while one before it
        may be executed, unless that one is what paid.
        """
        executed = await self._executed_before(by_hand.payout)
        if executed is not None:
            return _answer_by_earlier(by_hand, *executed)
        row = await self._found(by_hand.payout)
        if row.channel == Channel.BANK:
            return Answer(PayoutStatus(row.status))
        async with alive():
            found = await self._acquirer.find_refund(row.acquirer_payment_id, _key(row))
        if found is not None and _STATUSES[found.status] is not PayoutStatus.SENT:
            return await self._heard(row, found)
        word = by_hand.word
        rejected = word.status is PayoutStatus.REJECTED
        if found is not None and rejected and found.status is AcquirerRefundStatus.PENDING:
            return _answer_from(found)
        reason = reason_by_hand(word)
        return Answer(word.status, row.external_id, reason, word.settled_on)

    @activity.defn(name="payout.record")
    async def record(self, settlement: Settlement) -> Answer:
        """Stores what the acquirer said; an answer that is stored already changes nothing."""
        async with self._database.transaction() as transaction:
            ((row,),) = await transaction.read(payout.one(settlement.payout, locked=True))
            stored, answer = PayoutStatus(row.status), settlement.answer
            if answer.status is stored or answer.status not in PAYOUT_MOVES[stored]:
                return Answer(stored, row.external_id, row.reason, row.settled_on)
            payout.record(transaction, row, answer, settlement.at, answer.settled_on)
        return answer

    async def _executed_before(self, request: PayoutRequest) -> tuple[int, RefundAnswer] | None:
        """An earlier attempt that the acquirer has executed, or may yet execute."""
        (rows,) = await self._database.read(payout.earlier(request))
        async with alive():
            for row in rows:
                found = await self._acquirer.find_refund(row.acquirer_payment_id, _key(row))
                if found is not None and found.status is not AcquirerRefundStatus.CANCELLED:
                    return row.attempt, found
        return None

    async def _found(self, request: PayoutRequest) -> Row:
        row = await payout.find(self._database, request)
        if row is None:
            raise LookupError(f"no payout {request.attempt} of {request.case_id}")
        return row

    async def _given_back(self, payment_ids: Collection[str]) -> list[ListDifference]:
        """What the acquirer has given back of these without us, and payments that it does not
        know, as far as nobody has decided about it.
        """
        async with alive():
            found = await differences_of(self._database, self._acquirer, payment_ids)
        return await acquirer_difference.undecided(self._database, found, datetime.now(UTC))

    async def _hold(self, request: PayoutRequest, found: Sequence[ListDifference]) -> Answer:
        given_back = any(one.invariant is ListInvariant.OURS for one in found)
        code = GIVEN_BACK_THERE if given_back else PAYMENT_UNKNOWN_THERE
        await self._keep_words(request, code, "; ".join(one.found for one in found))
        return Answer(PayoutStatus.REJECTED, reason=code)

    async def _rejected(
        self, row: Row, code: str, words: str, external_id: str | None = None
    ) -> Answer:
        """A refusal, its words kept for our people. Where it is our matter, what the acquirer has
        given back of the payment without us is put down too.
        """
        if whose_matter(Channel.ACQUIRER, code) is WhoseMatter.OURS:
            await self._given_back([row.acquirer_payment_id])
        await self._keep_words(PayoutRequest(row.case_id, row.attempt), code, words)
        return Answer(PayoutStatus.REJECTED, external_id, code)

    async def _keep_words(self, request: PayoutRequest, code: str, words: str) -> None:
        async with self._database.transaction() as transaction:
            acquirer_refusal.put(transaction, request, code, words, datetime.now(UTC))

    async def _heard(self, row: Row, refund: RefundAnswer) -> Answer:
        if _STATUSES[refund.status] is not PayoutStatus.REJECTED:
            return _answer_from(refund)
        code = refund.reason or UNEXPLAINED
        words = f"{refund.party or UNEXPLAINED}: {code}"
        return await self._rejected(row, code, words, refund.refund_id)

    async def _look_up(self, row: Row) -> Answer:
        if row.external_id is not None:
            return await self._heard(row, await self._acquirer.refund_by_id(row.external_id))
        found = await self._acquirer.find_refund(row.acquirer_payment_id, _key(row))
        if found is not None:
            return await self._heard(row, found)
        if _is_old(row):
            raise OutcomeUnknown("the acquirer does not know the refund and its key is too old")
        return await self._ask(row)

    async def _ask(self, row: Row) -> Answer:
        request = PayoutRequest(row.case_id, row.attempt)
        receipt = await receipt_for(self._database, request)
        try:
            answer = await self._acquirer.refund(
                key=_key(row),
                payment_id=row.acquirer_payment_id,
                amount_kopecks=row.amount_kopecks,
                description=row.case_id,
                metadata={"case_id": row.case_id, "attempt": str(row.attempt)},
                receipt=receipt,
            )
        except AcquirerUnavailable as silence:
            if not silence.outcome_unknown:
                raise
            return _still_under_way(row) or Answer(PayoutStatus.UNKNOWN, reason=str(silence))
        except AcquirerRefused as refused:
            return await self._judge_refusal(row, refused)
        return await self._heard(row, answer)

    async def _judge_refusal(self, row: Row, refused: AcquirerRefused) -> Answer:
        """A refusal after an unknown outcome may only mean that the first try was paid: look.

        And one of a request that had been taken in says nothing: what is at 202 is in no list yet.
        """
        first = row.status == PayoutStatus.PREPARED and activity.info().attempt == FIRST_TRY
        if not first or refused.key_reused:
            found = await self._acquirer.find_refund(row.acquirer_payment_id, _key(row))
            if found is not None:
                return await self._heard(row, found)
            under_way = _still_under_way(row)
            if under_way is not None:
                return under_way
        return await self._rejected(row, refused.code, refused.words)


def _key(row: Row) -> str:
    return payout.key_of(PayoutRequest(row.case_id, row.attempt))


def _is_old(row: Row) -> bool:
    """Whether the acquirer may have forgotten the key: asking again could pay again."""
    age: timedelta = datetime.now(UTC) - row.prepared_at
    return age > KEY_LIFETIME


def _still_under_way(row: Row) -> Answer | None:
    """What the acquirer has once said that it is at, it is at until it says how that ended."""
    if row.status != PayoutStatus.SENT:
        return None
    return Answer(PayoutStatus.SENT, row.external_id, row.reason)


def _answer_by_earlier(by_hand: SettlementRequest, attempt: int, refund: RefundAnswer) -> Answer:
    """The operator's decision on an attempt whose money left under an earlier one's key."""
    settled = _answer_from(refund)
    if settled.status is not PayoutStatus.PAID or by_hand.word.status is not PayoutStatus.PAID:
        return Answer(PayoutStatus.PREPARED)
    reason = reason_by_hand(by_hand.word)
    return replace(settled, reason=reason, earlier_attempt=attempt)


def _answer_from(refund: RefundAnswer) -> Answer:
    status = _STATUSES[refund.status]
    settled_on = None
    if status is PayoutStatus.PAID:
        settled_on = moscow_date(refund.created_at or datetime.now(UTC))
    return Answer(status, refund.refund_id, refund.reason, settled_on)
