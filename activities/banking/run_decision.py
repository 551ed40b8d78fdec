"""The steps of a decision about a payment run: stored first, then the payout is signalled."""

from collections.abc import Sequence
from typing import assert_never
from uuid import UUID

import structlog
from temporalio import activity

from activities.banking.signal_payouts import signal_payout
from db.banking import (
    own_account,
    payment_run,
    returned_requisites,
    run_decision,
    unexpected_debit,
)
from db.banking.own_account import OwnAccountRow
from db.banking.run_decision import (
    CreateRun,
    DissolveRun,
    RejectOrder,
    ReturnPayout,
    WrittenDecision,
)
from db.banking.unexpected_debit import DebitedCase
from db.database import ConstraintBroken, Database, Transaction
from db.facts import load
from db.reconciliation import acquirer_difference
from db.reconciliation.acquirer_difference import DisputedCase
from domain.banking.payment_run import MAX_ORDERS_IN_RUN, RunDraft
from domain.banking.run_decision import (
    ALREADY_NOTIFIED,
    RunDecision,
    RunDecisionStored,
    RunRefusal,
    held_payouts,
    rejection_refusal,
    return_refusal,
)
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import Answer, PayoutRequest, PayoutStatus
from gateways.bank_file import run_draft

log = structlog.get_logger()


class RunDecisionActivities:
    """Steps of a decision; each may run twice and then repeats nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="run_decision.store")
    async def store(self, decision: RunDecision) -> RunDecisionStored:
        """Applies the decision to the run, the order or the payout, or returns why it is
        refused.
        """
        written = await self._written(decision)
        refusal = await self._stored(written)
        log.info("run_decision.stored", decision_id=decision.decision_id, refusal=refusal)
        return RunDecisionStored(refusal)

    @activity.defn(name="run_decision.signal_payout")
    async def signal_payout(self, decision: RunDecision) -> None:
        """Signals the payout of a rejected order, or of returned requisites, that it is rejected.

        May be repeated: a payout is settled once. Raises `PayoutNotListening` while no case
        takes the signal.
        """
        written = await self._written(decision)
        match written.decided:
            case RejectOrder(order_id, reason):
                ((order,),) = await self._database.read(payment_run.order(order_id))
                payout = PayoutRequest(order.case_id, order.attempt)
            case ReturnPayout(payout, reason):
                pass
            case _:
                raise ValueError("a decision about a whole run is signalled to no payout")
        answer = Answer(PayoutStatus.REJECTED, reason=reason)
        await signal_payout(activity.client(), self._database, payout, answer)

    async def _written(self, decision: RunDecision) -> WrittenDecision:
        return await load(self._database, run_decision.one(UUID(decision.decision_id)))

    async def _stored(self, written: WrittenDecision) -> RunRefusal | None:
        match written.decided:
            case CreateRun() as asked:
                return await self._gather(written, asked)
            case DissolveRun() as asked:
                return await self._dissolve(written, asked)
            case RejectOrder() as asked:
                return await self._reject(written, asked)
            case ReturnPayout() as asked:
                return await self._return(written, asked)
            case never:
                assert_never(never)

    async def _gather(self, written: WrittenDecision, asked: CreateRun) -> RunRefusal | None:
        """Creates a run of all waiting payouts; accountants are notified of each that is left out,
        also when no run is created.
        """
        async with self._database.transaction() as transaction:
            _, runs, (account,), waiting, debited, differing = await transaction.read(
                payment_run.LOCK,
                payment_run.run(written.id),
                own_account.one(asked.own_account, kept=True),
                payment_run.gatherable(MAX_ORDERS_IN_RUN),
                unexpected_debit.open_cases(),
                acquirer_difference.open_cases(),
            )
            if runs:
                return None
            if account.closed_at is not None:
                return RunRefusal.ACCOUNT_CLOSED
            held = held_payouts(_cases(debited), _cases(differing))
            found = run_draft(payment_run.waiting_from(waiting), held, written.id)
            _notify(transaction, found, written)
            if found.orders:
                _put(transaction, found, account, written)
                return None
        return RunRefusal.LEFT_OUT if found.left_out else RunRefusal.NOTHING_TO_PAY

    async def _dissolve(self, written: WrittenDecision, asked: DissolveRun) -> RunRefusal | None:
        """Dissolves a run; a repeat, by whomever, changes nothing."""
        try:
            async with self._database.transaction() as transaction:
                ((run,),) = await transaction.read(payment_run.locked(asked.run_id))
                if run.handed_over_at is not None:
                    return RunRefusal.HANDED_OVER
                if run.dissolved_at is None:
                    payment_run.dissolve(transaction, run.id, asked.reason, written.by, written.at)
        except ConstraintBroken as broken:
            if broken.constraint != payment_run.DEBITED:
                raise
            return RunRefusal.DEBITED
        return None

    async def _reject(self, written: WrittenDecision, asked: RejectOrder) -> RunRefusal | None:
        async with self._database.transaction() as transaction:
            ((order,),) = await transaction.read(payment_run.order(asked.order_id, locked=True))
            rejection = (written.by, asked.reason)
            refusal = rejection_refusal(run_decision.order_facts(order), rejection)
            if refusal is None and order.rejected_at is None:
                payment_run.reject(transaction, order.id, asked.reason, written.by, written.at)
        return refusal

    async def _return(self, written: WrittenDecision, asked: ReturnPayout) -> RunRefusal | None:
        """Returns a payout, under the lock of creating runs, so that no run includes it
        meanwhile.
        """
        key = asked.payout
        async with self._database.transaction() as transaction:
            _, (payout,), debited, differing = await transaction.read(
                payment_run.LOCK,
                returned_requisites.payout(key),
                unexpected_debit.open_cases(),
                acquirer_difference.open_cases(),
            )
            held = held_payouts(_cases(debited), _cases(differing)).get(key.case_id)
            returned = (written.by, asked.reason, asked.note)
            refusal = return_refusal(run_decision.waiting_facts(payout, held), returned)
            if refusal is None and payout.returned_at is None:
                returned_requisites.put(
                    transaction, key, asked.reason, asked.note, written.by, written.at
                )
        return refusal


def _cases(rows: Sequence[DebitedCase] | Sequence[DisputedCase]) -> list[str]:
    return [row.case_id for row in rows]


def _notify(transaction: Transaction, found: RunDraft, written: WrittenDecision) -> None:
    """Notifies accountants of each payout once; held cases have a notification of their own."""
    news = [payout for payout in found.left_out if payout.code not in ALREADY_NOTIFIED]
    payment_run.notify_left_out(transaction, news, written.at)


def _put(
    transaction: Transaction, found: RunDraft, account: OwnAccountRow, written: WrittenDecision
) -> None:
    payer = own_account.requisites_of(account)
    payment_run.put_run(transaction, written.id, payer, written.by, written.at)
    payment_run.put_orders(transaction, written.id, moscow_date(written.at), found.orders)
