"""Every path of money that a person allocates, or that the billing system writes."""

from collections.abc import Mapping
from datetime import UTC, datetime

from domain.banking.incoming_money import EntryInstruction, EntryRefusal, EntrySettled, Notified
from tests.workflows.process_paths import ProcessPath, failing, retried
from workflows.money import MoneyEntryWorkflow, RecheckWorkflow

INSTRUCTION = EntryInstruction(
    "6f9619ff-8b86-4d01-b42d-00cf4fc964ff",
    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    datetime(2026, 11, 23, 9, tzinfo=UTC),
)
REFUSED = EntrySettled(EntryRefusal.MATCHED)

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
        {"settle": [failing(), EntrySettled()], "notify": [failing(), Notified(1, 1)]},
        ("settle", "settle", "notify", "notify"),
        EntrySettled(),
        (retried, retried),
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
