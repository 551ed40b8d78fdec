"""Which invoices money that came in is for, by a person's word; and that word taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.banking import bank_entry, entry_instruction
from db.banking import incoming_money as money_in
from db.database import Row
from domain.banking.bank_statement import EntryDirection
from domain.banking.incoming_money import (
    EntryInstruction,
    EntrySettled,
    InstructionKind,
    transfers_beside,
    workflow_id_of,
)
from domain.banking.matching import Share
from domain.billing.requisites import check_inn
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refusal import FieldError, LookAt, Noun, conflict, invalid, not_found
from starter.commands.services import Services
from texts import rubles
from workflows.money import MoneyEntryWorkflow


@dataclass(frozen=True)
class AllocationAsked:
    """Shares that add up to the entry's sum, and what the person means by them.

    `remembers_payer`: its money is this client's. `several_clients`: the invoices are meant to be
    of several. `beside_billing`: this is other money than the transfers that billing wrote.
    """

    shares: tuple[Share, ...]
    reason: str
    remembers_payer: bool = False
    several_clients: bool = False
    beside_billing: bool = False


@dataclass(frozen=True)
class _Instruction:
    """What a person wants done with an entry."""

    kind: InstructionKind
    by: str
    reason: str
    shares: tuple[Share, ...] = ()
    remembers_payer: bool = False
    besides: tuple[str, ...] = ()


@command
async def allocate_bank_entry(
    services: Services, caller: Caller, command_id: UUID, entry_id: UUID, asked: AllocationAsked
) -> None:
    """The invoices are paid by it at once, and whoever waits for them hears of it."""
    numbers = sorted({one.invoice_number for one in asked.shares})
    entries, *facts = await services.database.read(
        bank_entry.one(entry_id), *money_in.facts(numbers, locked=False)
    )
    entry = incoming(entries)
    besides = _check(entry, asked, *facts)
    instruction = _Instruction(
        InstructionKind.ALLOCATE,
        caller.login,
        asked.reason,
        asked.shares,
        asked.remembers_payer,
        besides,
    )
    await _carry_out(services, entry, instruction, command_id)


@command
async def undo_bank_entry(
    services: Services, caller: Caller, command_id: UUID, entry_id: UUID, reason: str
) -> None:
    """What it paid is unpaid again, in the ledger too; from then on the entry is a person's."""
    (entries,) = await services.database.read(bank_entry.one(entry_id))
    instruction = _Instruction(InstructionKind.UNDO, caller.login, reason)
    await _carry_out(services, incoming(entries), instruction, command_id)


def incoming(entries: Sequence[Row]) -> Row:
    """The entry out of the rows of `bank_entry.one`; `bank_entry_direction_in` for a debit."""
    if not entries:
        raise not_found()
    if entries[0].direction != EntryDirection.IN:
        raise conflict("bank_entry_direction_in")
    return entries[0]


def _check(
    entry: Row, asked: AllocationAsked, rows: Sequence[Row], transfers: Sequence[Row]
) -> tuple[str, ...]:
    """Refuses what could never be carried out; the entry's own state is its process's matter.

    Answers the transfers of billing that the money is said to stand beside: those of this moment.
    """
    numbers = [one.invoice_number for one in asked.shares]
    recorded = money_in.found_from(rows, transfers).recorded
    clients = {row.number: row.client_id for row in rows}
    found = [
        FieldError(code, f"/shares/{place}/invoice_number")
        for place, number in enumerate(numbers)
        if (code := _wrong_number(number, numbers[:place], clients)) is not None
    ]
    if sum(one.amount_kopecks for one in asked.shares) != entry.amount_kopecks:
        found.append(FieldError("shares_differ", "/shares"))
    if len(set(clients.values())) > 1 and not asked.several_clients:
        found.append(FieldError("shares_of_several_clients", "/several_clients"))
    besides = transfers_beside(entry.day, asked.shares, recorded)
    if besides and not asked.beside_billing:
        found.append(FieldError("shares_beside_billing", "/beside_billing"))
    if asked.remembers_payer and check_inn(entry.counterparty_inn or "") is not None:
        found.append(FieldError("payer_inn_missing", "/remember_payer"))
    if found:
        raise invalid(*found)
    return besides


def _wrong_number(number: str, before: Sequence[str], clients: Mapping[str, str]) -> str | None:
    if number in before:
        return "share_twice"
    return None if number in clients else "invoice_unknown"


async def _carry_out(
    services: Services, entry: Row, wanted: _Instruction, command_id: UUID
) -> None:
    """Keeps what the person wrote, and has the entry's process do it."""
    instruction_id, now = uuid5(command_id, "entry-instruction"), datetime.now(UTC)
    async with services.database.transaction() as transaction:
        entry_instruction.put(
            transaction,
            instruction_id,
            entry.id,
            wanted.kind,
            shares=wanted.shares,
            remembers_payer=wanted.remembers_payer,
            besides=wanted.besides,
            reason=wanted.reason,
            by=wanted.by,
            at=now,
        )
    instruction = EntryInstruction(str(instruction_id), str(entry.id), now)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        MoneyEntryWorkflow.run,
        instruction,
        id=workflow_id_of(instruction),
        task_queue=services.cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=rubles(entry.amount_kopecks),
    )
    look_at = LookAt(Noun.BANK_ENTRY, str(entry.id))
    settled: EntrySettled = await services.cases.update_with_start(
        start, MoneyEntryWorkflow.settle, command_id, look_at=look_at
    )
    if settled.refusal is not None:
        raise conflict(settled.refusal)
