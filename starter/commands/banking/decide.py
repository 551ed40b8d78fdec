"""Stores what a person decides about a bank entry that matched no payout."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.banking import bank_entry, entry_decision
from db.banking.bank_entry import EntryRow
from db.facts import first, load, together
from domain.banking.entry_decision import (
    DecidedAs,
    DecisionRefusal,
    DecisionStored,
    EntryDecision,
    PayoutFacts,
    decision_refusal,
    decision_workflow_id,
)
from domain.payout.payout import PayoutRequest
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import (
    FieldError,
    LookAt,
    Noun,
    Refusal,
    conflict,
    invalid,
    not_found,
)
from starter.commands.services import Services
from workflows.entry_decision import EntryDecisionWorkflow

_FIELDS = {DecisionRefusal.PAYOUT_UNKNOWN: "/case_id", DecisionRefusal.DIRECTION: "/as"}
"""Refusals that lie in one field of what was asked."""


@dataclass(frozen=True)
class DecisionAsked:
    """What an entry is, and why; `payout` is given unless the entry is ignored."""

    decided_as: DecidedAs
    payout: PayoutRequest | None
    reason: str


@dataclass(frozen=True)
class DecisionFacts:
    """What is checked before a decision is handed to its process; None for what is not there."""

    entry: EntryRow | None
    payout: PayoutFacts | None


@command
async def decide_bank_entry(
    services: Services, caller: Caller, command_id: UUID, entry_id: UUID, asked: DecisionAsked
) -> None:
    """Stores a person's decision, which an import never overwrites; a matched entry stays matched.

    The decision is stored first, then its workflow signals the payout until it is delivered. The
    same decision by the same person again gets the same answer.
    """
    entry = await _checked(services, entry_id, asked, caller.login)
    if entry is None:
        return
    decision_id = uuid5(command_id, "entry-decision")
    async with services.database.transaction() as transaction:
        entry_decision.put(
            transaction,
            decision_id,
            entry_id,
            asked.decided_as,
            asked.payout,
            reason=asked.reason,
            by=caller.login,
            at=datetime.now(UTC),
        )
    decision = EntryDecision(str(decision_id), str(entry_id), asked.decided_as)
    stored = await _stored(services, decision, command_id)
    if stored.refusal is not None:
        raise _refused(stored.refusal)


async def _checked(
    services: Services, entry_id: UUID, asked: DecisionAsked, login: str
) -> EntryRow | None:
    """The entry, checked to be open to the decision; None when the same decision is already stored.

    The entry's workflow checks again: this check only avoids storing a submission it would refuse.
    """
    facts = await load(
        services.database,
        together(
            DecisionFacts, first(bank_entry.one(entry_id)), entry_decision.payout(asked.payout)
        ),
    )
    entry = facts.entry
    if entry is None:
        raise not_found()
    if _is_repeat(entry, asked, login):
        return None
    found = entry_decision.entry_facts(entry)
    refusal = decision_refusal(asked.decided_as, found, facts.payout)
    if refusal is not None:
        raise _refused(refusal)
    return entry


def _is_repeat(entry: EntryRow, asked: DecisionAsked, login: str) -> bool:
    """Whether this person has already stored the same decision."""
    decided = (entry.decided_by, entry.reason, entry.matched_as or entry.status)
    named = None
    if entry.matched_case is not None and entry.matched_attempt is not None:
        named = PayoutRequest(entry.matched_case, entry.matched_attempt)
    return decided == (login, asked.reason, asked.decided_as) and named == asked.payout


async def _stored(services: Services, decision: EntryDecision, command_id: UUID) -> DecisionStored:
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        EntryDecisionWorkflow.run,
        decision,
        id=decision_workflow_id(decision),
        task_queue=services.cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    stored: DecisionStored = await services.cases.update_with_start(
        start,
        EntryDecisionWorkflow.store,
        command_id,
        look_at=LookAt(Noun.BANK_ENTRY, decision.entry_id),
    )
    return stored


def _refused(refusal: DecisionRefusal) -> Refusal:
    if refusal in _FIELDS:
        return invalid(FieldError(refusal, _FIELDS[refusal]))
    return conflict(refusal)
