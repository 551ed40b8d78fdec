"""The steps of a person's decision about a bank entry: stored first, then its payout is
signalled.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from temporalio import activity

from activities.banking.signal_payouts import signal_payout, signal_return
from db.banking import bank_entry, entry_decision
from db.banking.bank_entry import EntryWords
from db.database import ConstraintBroken, Database
from db.facts import load, together
from domain.banking.entry_decision import (
    DecisionRefusal,
    DecisionStored,
    EntryDecision,
    EntryFacts,
    PayoutFacts,
    WrittenDecision,
    decide,
    message_of,
)
from domain.payout.payout import Answer, PayoutReturn

log = structlog.get_logger()


@dataclass(frozen=True)
class DecisionFacts:
    """The facts for storing a decision: what was written, the locked entry, and the payout it
    names, if it names one.
    """

    written: WrittenDecision
    entry: EntryFacts
    payout: PayoutFacts | None
    is_carried_out: bool


@dataclass(frozen=True)
class SignalFacts:
    """A stored decision, and what the bank reported by its entry."""

    written: WrittenDecision
    said: EntryWords


class EntryDecisionActivities:
    """Steps of a decision; each may run twice and then repeats nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="entry_decision.store")
    async def store(self, decision: EntryDecision) -> DecisionStored:
        """Applies the decision to the entry, or returns why it is refused."""
        try:
            return await self._store(decision)
        except ConstraintBroken as broken:
            if broken.constraint not in (bank_entry.MATCHED_ONCE, bank_entry.STAYS_MATCHED):
                raise
            return DecisionStored(DecisionRefusal.MATCHED)

    @activity.defn(name="entry_decision.signal_payout")
    async def signal_payout(self, decision: EntryDecision) -> None:
        """Signals the payout that it is paid, or its case that the money came back.

        May be repeated: a payout is settled once, and a case takes a return only of its present
        attempt. Raises `PayoutNotListening` or `RefundNotListening` while no case takes the
        signal.
        """
        signal = await load(
            self._database,
            together(
                SignalFacts,
                entry_decision.one(UUID(decision.decision_id)),
                bank_entry.said(UUID(decision.entry_id)),
            ),
        )
        message = message_of(signal.written, signal.said.day, signal.said.purpose)
        client, payout = activity.client(), signal.written.payout
        if payout is not None and isinstance(message, Answer):
            await signal_payout(client, self._database, payout, message)
        elif payout is not None and isinstance(message, PayoutReturn):
            queue = activity.info().task_queue
            await signal_return(client, self._database, queue, payout.case_id, message)
        log.info("bank_entry.payout_signalled", entry_id=decision.entry_id)

    async def _store(self, decision: EntryDecision) -> DecisionStored:
        decision_id = UUID(decision.decision_id)
        async with self._database.transaction() as transaction:
            facts = await load(
                transaction,
                together(
                    DecisionFacts,
                    entry_decision.one(decision_id),
                    entry_decision.entry(UUID(decision.entry_id)),
                    entry_decision.payout_of(decision_id),
                    entry_decision.is_carried_out(decision_id),
                ),
            )
            decided = decide(
                facts.written, facts.entry, facts.payout, is_carried_out=facts.is_carried_out
            )
            if isinstance(decided, DecisionStored):
                return decided
            entry_decision.store(transaction, decision_id, decided)
        return DecisionStored()
