"""Every path of money that a person allocates, or that the billing system writes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from domain.banking.entry_decision import (
    DecidedAs,
    DecisionRefusal,
    DecisionStored,
    EntryDecision,
)
from domain.banking.incoming_money import EntryInstruction, EntryRefusal, EntrySettled, Notified
from domain.banking.run_decision import (
    RunDecision,
    RunDecisionKind,
    RunDecisionStored,
    RunRefusal,
)
from domain.banking.statement_import import MoneyOutcome
from tests.workflows.process_paths import ProcessPath, failing, retried
from workflows.entry_decision import EntryDecisionWorkflow
from workflows.money import MoneyEntryWorkflow, MoneyLookWorkflow, RecheckWorkflow
from workflows.run_decision import RunDecisionWorkflow

INSTRUCTION = EntryInstruction(
    "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    datetime(2026, 11, 23, 9, tzinfo=UTC),
)
REFUSED = EntrySettled(EntryRefusal.MATCHED)

DECISION = EntryDecision(
    "4d7f2c10-55a1-4c0e-8f52-0d6e3a1b9c77", INSTRUCTION.entry_id, DecidedAs.PAYOUT
)
IGNORED = replace(DECISION, decided_as=DecidedAs.IGNORED)
POSTPONED = replace(DECISION, decided_as=DecidedAs.POSTPONED)
DECIDED_BEFORE = DecisionStored(DecisionRefusal.MATCHED)

REJECTION = RunDecision("0b9c4f0e-6a53-4b0d-9a57-2f7f0c6f5d11", RunDecisionKind.REJECT)
DISSOLUTION = replace(REJECTION, kind=RunDecisionKind.DISSOLVE)
SETTLED_BEFORE = RunDecisionStored(RunRefusal.SETTLED)

MONEY_PATHS: Mapping[str, ProcessPath] = {
    "money_entry": ProcessPath(
        MoneyEntryWorkflow.run,
        (INSTRUCTION,),
        {"settle": [EntrySettled()], "notify": [Notified(1)]},
        ("settle", "notify"),
        EntrySettled(),
        starts_with="settle",
    ),
    "money_entry_refused": ProcessPath(
        MoneyEntryWorkflow.run,
        (INSTRUCTION,),
        {"settle": [REFUSED]},
        ("settle",),
        REFUSED,
        starts_with="settle",
    ),
    "money_entry_retried": ProcessPath(
        MoneyEntryWorkflow.run,
        (INSTRUCTION,),
        {"settle": [failing(), failing(), EntrySettled()], "notify": [failing(), Notified(1, 1)]},
        ("settle", "settle", "settle", "notify", "notify"),
        EntrySettled(),
        (retried, retried),
    ),
    "entry_decision": ProcessPath(
        EntryDecisionWorkflow.run,
        (DECISION,),
        {"store": [DecisionStored()], "signal_payout": [None]},
        ("store", "signal_payout"),
        DecisionStored(),
        starts_with="store",
    ),
    "entry_decision_refused": ProcessPath(
        EntryDecisionWorkflow.run,
        (DECISION,),
        {"store": [DECIDED_BEFORE]},
        ("store",),
        DECIDED_BEFORE,
        starts_with="store",
    ),
    "entry_decision_ignored": ProcessPath(
        EntryDecisionWorkflow.run,
        (IGNORED,),
        {"store": [DecisionStored()]},
        ("store",),
        DecisionStored(),
        starts_with="store",
    ),
    "entry_decision_postponed": ProcessPath(
        EntryDecisionWorkflow.run,
        (POSTPONED,),
        {"store": [DecisionStored()]},
        ("store",),
        DecisionStored(),
        starts_with="store",
    ),
    "entry_decision_retried": ProcessPath(
        EntryDecisionWorkflow.run,
        (DECISION,),
        {"store": [failing(), failing(), DecisionStored()], "signal_payout": [failing(), None]},
        ("store", "store", "store", "signal_payout", "signal_payout"),
        DecisionStored(),
        (retried, retried),
    ),
    "run_decision": ProcessPath(
        RunDecisionWorkflow.run,
        (REJECTION,),
        {"store": [RunDecisionStored()], "signal_payout": [None]},
        ("store", "signal_payout"),
        RunDecisionStored(),
        starts_with="store",
    ),
    "run_decision_refused": ProcessPath(
        RunDecisionWorkflow.run,
        (REJECTION,),
        {"store": [SETTLED_BEFORE]},
        ("store",),
        SETTLED_BEFORE,
        starts_with="store",
    ),
    "run_decision_of_a_run": ProcessPath(
        RunDecisionWorkflow.run,
        (DISSOLUTION,),
        {"store": [RunDecisionStored()]},
        ("store",),
        RunDecisionStored(),
        starts_with="store",
    ),
    "run_decision_retried": ProcessPath(
        RunDecisionWorkflow.run,
        (REJECTION,),
        {"store": [failing(), failing(), RunDecisionStored()], "signal_payout": [failing(), None]},
        ("store", "store", "store", "signal_payout", "signal_payout"),
        RunDecisionStored(),
        (retried, retried),
    ),
    "money_look": ProcessPath(
        MoneyLookWorkflow.run,
        ("2026-000117",),
        {"money.look_for": [failing(), MoneyOutcome(1, 1)]},
        ("money.look_for", "money.look_for"),
        MoneyOutcome(1, 1),
        (retried,),
    ),
    "recheck_outbox": ProcessPath(
        RecheckWorkflow.run,
        ("pay-000117",),
        {"notify": [failing(), Notified(1)]},
        ("notify", "notify"),
        Notified(1),
        (retried,),
    ),
}
"""Each ends by itself once everything in `plays` has been said."""
