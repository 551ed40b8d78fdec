"""The steps of a person's decision about a bank entry: stored first, then the payout is told."""

from uuid import UUID

import structlog
from temporalio import activity

from activities.banking.signal_payouts import signal_payout, signal_return
from db.banking import bank_entry, entry_decision
from db.database import ConstraintBroken, Database
from domain.banking.bank_reason import reason_in
from domain.banking.entry_decision import (
    DecidedAs,
    DecisionRefusal,
    DecisionStored,
    EntryDecision,
    decision_refusal,
)
from domain.payout.payout import Answer, PayoutReturn, PayoutStatus

log = structlog.get_logger()


class EntryDecisionActivities:
    """Steps of a decision; each may run twice, and then finds its own work done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="entry_decision.store")
    async def store(self, decision: EntryDecision) -> DecisionStored:
        """Makes the entry what the decision says, or answers why it may not be."""
        try:
            return await self._store(decision)
        except ConstraintBroken as broken:
            if broken.constraint not in (bank_entry.MATCHED_ONCE, bank_entry.STAYS_MATCHED):
                raise
            return DecisionStored(DecisionRefusal.MATCHED)

    @activity.defn(name="entry_decision.signal_payout")
    async def signal_payout(self, decision: EntryDecision) -> None:
        """Tells the payout that it is paid, or its case that the money came back.

        A repeat does no harm: a payout is settled once, a case takes a return of its present
        attempt once. Raises `PayoutNotListening` or `RefundNotListening` while nobody takes it.
        """
        (written,), (entry,) = await self._database.read(
            entry_decision.one(UUID(decision.decision_id)),
            bank_entry.one(UUID(decision.entry_id)),
        )
        client, payout = activity.client(), entry_decision.payout_named(written)
        if decision.decided_as is DecidedAs.PAYOUT:
            paid = Answer(PayoutStatus.PAID, settled_on=entry.day)
            await signal_payout(client, self._database, payout, paid)
        else:
            returned = PayoutReturn(payout.attempt, reason_in(entry.purpose))
            queue = activity.info().task_queue
            await signal_return(client, self._database, queue, payout.case_id, returned)
        log.info("bank_entry.payout_signalled", entry_id=decision.entry_id)

    async def _store(self, decision: EntryDecision) -> DecisionStored:
        decision_id = UUID(decision.decision_id)
        async with self._database.transaction() as transaction:
            (written,), (entry,), payouts = await transaction.read(
                entry_decision.one(decision_id),
                bank_entry.one(UUID(decision.entry_id), locked=True),
                entry_decision.payout_of(decision_id),
            )
            if entry_decision.is_stored(entry, written):
                return DecisionStored()
            refusal = decision_refusal(
                decision.decided_as,
                entry_decision.entry_facts(entry),
                entry_decision.payout_facts(payouts),
            )
            if refusal is None:
                entry_decision.store(transaction, written)
        return DecisionStored(refusal)
