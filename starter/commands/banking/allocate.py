"""Allocates incoming money to invoices by a person's decision, and undoes such a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from db.banking import bank_entry, entry_instruction
from db.banking import incoming_money as money_in
from db.banking.bank_entry import EntryRow
from db.facts import every, load, together
from domain.banking.bank_statement import EntryDirection
from domain.banking.candidates import InvoiceCandidates
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
    """Shares that add up to the entry's sum, and how the person marks the money.

    `remembers_payer`: later money of this payer is this client's. `several_clients`: the invoices
    belong to several clients on purpose. `beside_billing`: this is other money than the transfers
    that billing wrote.
    """

    shares: tuple[Share, ...]
    reason: str
    remembers_payer: bool = False
    several_clients: bool = False
    beside_billing: bool = False


@dataclass(frozen=True)
class AllocationFacts:
    """What is checked before an allocation is handed to its process: the entry's rows, none for one
    that is not there, and the invoices that are named.
    """

    entries: Sequence[EntryRow]
    found: InvoiceCandidates


@dataclass(frozen=True)
class _Instruction:
    """A person's decision on an entry, as it is stored."""

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
    """Allocates an entry to invoices; they are paid at once and their cases are signalled."""
    numbers = sorted({one.invoice_number for one in asked.shares})
    facts = await load(
        services.database,
        together(AllocationFacts, every(bank_entry.one(entry_id)), money_in.candidates(numbers)),
    )
    entry = incoming(facts.entries)
    besides = _check(entry, asked, facts.found)
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
    """Undoes an entry's allocation: its payments are reversed in the ledger, and a person decides
    again.
    """
    (entries,) = await services.database.read(bank_entry.one(entry_id))
    instruction = _Instruction(InstructionKind.UNDO, caller.login, reason)
    await _carry_out(services, incoming(entries), instruction, command_id)


def incoming(entries: Sequence[EntryRow]) -> EntryRow:
    """The entry out of the rows of `bank_entry.one`; `bank_entry_direction_in` for a debit."""
    if not entries:
        raise not_found()
    if entries[0].direction != EntryDirection.IN:
        raise conflict("bank_entry_direction_in")
    return entries[0]


def _check(entry: EntryRow, asked: AllocationAsked, invoices: InvoiceCandidates) -> tuple[str, ...]:
    """Refuses what could never be carried out; the entry's workflow checks the entry's own state.

    Returns the ids of billing's transfers that `beside_billing` excludes, as of now.
    """
    numbers = [one.invoice_number for one in asked.shares]
    clients = {one.number: one.client_id for one in invoices.facts}
    found = [
        FieldError(code, f"/shares/{place}/invoice_number")
        for place, number in enumerate(numbers)
        if (code := _wrong_number(number, numbers[:place], clients)) is not None
    ]
    if sum(one.amount_kopecks for one in asked.shares) != entry.amount_kopecks:
        found.append(FieldError("shares_differ", "/shares"))
    if len(set(clients.values())) > 1 and not asked.several_clients:
        found.append(FieldError("shares_of_several_clients", "/several_clients"))
    besides = transfers_beside(entry.day, asked.shares, invoices.recorded)
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
    services: Services, entry: EntryRow, wanted: _Instruction, command_id: UUID
) -> None:
    """Stores the person's decision, and has the entry's workflow carry it out."""
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
