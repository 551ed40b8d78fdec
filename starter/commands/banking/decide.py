"""Stores what a person decides about a bank entry that matched no payout."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    until_refusal,
)
from domain.calendar.bank_calendar import moscow_date
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

_FIELDS = {
    DecisionRefusal.PAYOUT_UNKNOWN: "/case_id",
    DecisionRefusal.DIRECTION: "/as",
    DecisionRefusal.UNTIL: "/until",
}
"""Refusals that lie in one field of what was asked."""


@dataclass(frozen=True)
class DecisionAsked:
    """What an entry is, and why; `payout` is given where it is one, or its return. `until`: the
    Moscow day until which the decision is postponed; None: until it is resumed.
    """

    decided_as: DecidedAs
    payout: PayoutRequest | None
    reason: str
    until: date | None = None


@dataclass(frozen=True)
class DecisionFacts:
    """What is checked before a decision is handed to its process; None for what is not there."""

    entry: EntryRow | None
    payout: PayoutFacts | None
    is_carried_out: bool


@command
async def decide_bank_entry(
    services: Services, caller: Caller, command_id: UUID, entry_id: UUID, asked: DecisionAsked
) -> None:
    """Stores a person's decision, which an import never overwrites; a matched entry stays matched.

    The decision is stored first, then its workflow signals the payout until it is delivered. The
    same decision by the same person again gets the same answer.
    """
    decision_id, now = uuid5(command_id, "entry-decision"), datetime.now(UTC)
    facts = await _facts(services, entry_id, decision_id, asked)
    if facts.entry is None:
        raise not_found()
    if facts.is_carried_out or _is_repeat(facts.entry, asked, caller.login):
        return
    _check(facts.entry, facts.payout, asked, moscow_date(now))
    async with services.database.transaction() as transaction:
        entry_decision.put(
            transaction,
            decision_id,
            entry_id,
            asked.decided_as,
            asked.payout,
            reason=asked.reason,
            by=caller.login,
            at=now,
            until=asked.until,
        )
    decision = EntryDecision(str(decision_id), str(entry_id), asked.decided_as)
    stored = await _stored(services, decision, command_id)
    if stored.refusal is not None:
        raise _refused(stored.refusal)


async def _facts(
    services: Services, entry_id: UUID, decision_id: UUID, asked: DecisionAsked
) -> DecisionFacts:
    return await load(
        services.database,
        together(
            DecisionFacts,
            first(bank_entry.one(entry_id)),
            entry_decision.payout(asked.payout),
            entry_decision.is_carried_out(decision_id),
        ),
    )


def _check(entry: EntryRow, payout: PayoutFacts | None, asked: DecisionAsked, today: date) -> None:
    """Checks that the entry is open to the decision.

    The entry's workflow checks again: this check only avoids storing a submission it would refuse.
    """
    found = entry_decision.entry_facts(entry)
    refusal = decision_refusal(asked.decided_as, found, payout)
    refusal = refusal or until_refusal(asked.until, today)
    if refusal is not None:
        raise _refused(refusal)


def _is_repeat(entry: EntryRow, asked: DecisionAsked, login: str) -> bool:
    """Whether this person has already stored the same decision."""
    if asked.decided_as is DecidedAs.POSTPONED:
        postponed = (entry.postponed_by, entry.postponed_why, entry.postponed_until)
        return postponed == (login, asked.reason, asked.until)
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
