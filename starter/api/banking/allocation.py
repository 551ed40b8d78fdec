"""Which invoices money that came in is for, by a person's word; and that word taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid5

from pydantic import Field
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy

from activities.banking.incoming_money import judged
from db.banking import bank_entry, entry_instruction
from db.banking import incoming_money as money_in
from db.database import Database, Row
from domain.banking.bank_statement import EntryDirection
from domain.banking.incoming_money import (
    MAX_SHARES,
    EntryInstruction,
    EntrySettled,
    InstructionKind,
    transfers_beside,
    workflow_id_of,
)
from domain.banking.matching import Candidate, OpenInvoice, Share, keys_in
from domain.billing.requisites import check_inn
from starter.api.banking.entry import (
    EntryPath,
    EntryShown,
    EvidenceShown,
    evidence_shown,
    hold_said,
    read_bank_entry,
)
from starter.api.http.models import Body, InvoiceNumber, Kopecks, Note, Roubles, Shown
from starter.api.http.problems import Problem, documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.commands.cases import Cases
from starter.commands.refusal import FieldError, LookAt, Noun, invalid, not_found
from texts import Language, rubles
from workflows.money import MoneyEntryWorkflow

routes = router("bank statements")

UNKNOWN = documented(HTTPStatus.ACCEPTED)


class ShareBody(Body):
    """What an invoice takes of the entry; above its balance it is the invoice's surplus."""

    invoice_number: InvoiceNumber
    amount: Kopecks


class AllocationBody(Body):
    """Shares that add up to the entry's sum. `remember_payer`: its money is this client's."""

    shares: list[ShareBody] = Field(min_length=1, max_length=MAX_SHARES)
    reason: Note
    remember_payer: bool = False
    several_clients: bool = Field(False, description="The invoices are meant to be of several.")
    beside_billing: bool = Field(
        False,
        description="This is other money than the transfers that billing has written until now.",
    )

    @property
    def asked(self) -> tuple[Share, ...]:
        """The shares as the entry's process takes them."""
        return tuple(Share(one.invoice_number, one.amount) for one in self.shares)


class UndoBody(Body):
    """Why an allocation was wrong."""

    reason: Note


@dataclass(frozen=True)
class Word:
    """What a person wants done with an entry."""

    instruction_id: UUID
    kind: InstructionKind
    by: str
    reason: str
    shares: tuple[Share, ...] = ()
    remembers_payer: bool = False
    besides: tuple[str, ...] = ()


class CandidateShown(Shown):
    """An invoice that the money may be for, and what speaks for it."""

    invoice_number: str
    client_id: str
    client_name: str
    issued_on: date
    total: Roubles
    balance: Roubles
    is_void: bool
    score: int = Field(description="From 0 to 100.")
    evidence: list[EvidenceShown]


class Candidates(Shown):
    """The likeliest first; `hold` is why the money was not taken by itself."""

    hold_code: str | None
    hold: str | None
    items: list[CandidateShown]


@routes.get("/v1/bank-entries/{entry_id}/candidates", summary="Invoices that an entry may be for")
async def list_entry_candidates(
    entry_id: EntryPath, database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> Candidates:
    """Judged now, by the invoices as they are."""
    entry = await _incoming(database, entry_id)
    keys, inn = keys_in(entry.purpose), entry.counterparty_inn
    found = await money_in.find(database, keys, [inn] if inn else [])
    numbers = found.numbers_for(inn, keys)
    now = judged(entry, found, numbers, keys)
    invoices = {one.number: one for one in found.invoices(numbers, entry.day)}
    hold = entry.hold_reason if entry.needs_person else now.hold
    return Candidates(
        hold_code=hold,
        hold=hold_said(hold, language),
        items=[
            _shown(one, invoices[one.invoice_number], language) for one in now.verdict.candidates
        ],
    )


@routes.post(
    "/v1/bank-entries/{entry_id}/allocation",
    summary="Say which invoices an entry is for",
    responses=UNKNOWN,
)
async def allocate_bank_entry(
    entry_id: EntryPath,
    body: AllocationBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> EntryShown:
    """The invoices are paid by it at once, and whoever waits for them hears of it."""
    entry = await _incoming(database, entry_id)
    besides = await _check(database, entry, body)
    word = Word(
        uuid5(command_id, "entry-instruction"),
        InstructionKind.ALLOCATE,
        caller.login,
        body.reason,
        body.asked,
        body.remember_payer,
        besides,
    )
    await _carry_out(database, cases, entry, word, command_id)
    return await read_bank_entry(entry_id, database, caller, language)


@routes.post(
    "/v1/bank-entries/{entry_id}/undo", summary="Take an allocation back", responses=UNKNOWN
)
async def undo_bank_entry(
    entry_id: EntryPath,
    body: UndoBody,
    database: DatabaseDep,
    cases: TemporalDep,
    caller: CurrentCaller,
    command_id: CommandId,
    language: LanguageDep,
) -> EntryShown:
    """What it paid is unpaid again, in the ledger too; from then on the entry is a person's."""
    entry = await _incoming(database, entry_id)
    instruction_id = uuid5(command_id, "entry-instruction")
    word = Word(instruction_id, InstructionKind.UNDO, caller.login, body.reason)
    await _carry_out(database, cases, entry, word, command_id)
    return await read_bank_entry(entry_id, database, caller, language)


async def _incoming(database: Database, entry_id: UUID) -> Row:
    (rows,) = await database.read(bank_entry.one(entry_id))
    if not rows:
        raise not_found()
    if rows[0].direction != EntryDirection.IN:
        raise Problem("bank_entry_direction_in", HTTPStatus.CONFLICT)
    return rows[0]


async def _check(database: Database, entry: Row, body: AllocationBody) -> tuple[str, ...]:
    """Refuses what could never be carried out; the entry's own state is its process's matter.

    Answers the transfers of billing that the money is said to stand beside: those of this moment.
    """
    numbers = [one.invoice_number for one in body.shares]
    rows, transfers = await database.read(*money_in.facts(sorted(set(numbers)), locked=False))
    recorded = money_in.found_from(rows, transfers).recorded
    clients = {row.number: row.client_id for row in rows}
    found = [
        FieldError(code, f"/shares/{place}/invoice_number")
        for place, number in enumerate(numbers)
        if (code := _wrong_number(number, numbers[:place], clients)) is not None
    ]
    if sum(one.amount for one in body.shares) != entry.amount_kopecks:
        found.append(FieldError("shares_differ", "/shares"))
    if len(set(clients.values())) > 1 and not body.several_clients:
        found.append(FieldError("shares_of_several_clients", "/several_clients"))
    besides = transfers_beside(entry.day, body.asked, recorded)
    if besides and not body.beside_billing:
        found.append(FieldError("shares_beside_billing", "/beside_billing"))
    if body.remember_payer and check_inn(entry.counterparty_inn or "") is not None:
        found.append(FieldError("payer_inn_missing", "/remember_payer"))
    if found:
        raise invalid(*found)
    return besides


def _wrong_number(number: str, before: Sequence[str], clients: Mapping[str, str]) -> str | None:
    if number in before:
        return "share_twice"
    return None if number in clients else "invoice_unknown"


async def _carry_out(
    database: Database, cases: Cases, entry: Row, word: Word, command_id: UUID
) -> None:
    """Keeps what the person wrote, and has the entry's process do it."""
    now = datetime.now(UTC)
    async with database.transaction() as transaction:
        entry_instruction.put(
            transaction,
            word.instruction_id,
            entry.id,
            word.kind,
            shares=word.shares,
            remembers_payer=word.remembers_payer,
            besides=word.besides,
            reason=word.reason,
            by=word.by,
            at=now,
        )
    instruction = EntryInstruction(str(word.instruction_id), str(entry.id), now)
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        MoneyEntryWorkflow.run,
        instruction,
        id=workflow_id_of(instruction),
        task_queue=cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=rubles(entry.amount_kopecks),
    )
    settled: EntrySettled = await cases.update_with_start(
        start, MoneyEntryWorkflow.settle, command_id, look_at=LookAt(Noun.BANK_ENTRY, str(entry.id))
    )
    if settled.refusal is not None:
        raise Problem(settled.refusal, HTTPStatus.CONFLICT)


def _shown(one: Candidate, found: OpenInvoice, language: Language) -> CandidateShown:
    return CandidateShown(
        invoice_number=one.invoice_number,
        client_id=found.client_id,
        client_name=found.client_name,
        issued_on=found.issued_on,
        total=found.total_kopecks,
        balance=found.balance_kopecks,
        is_void=found.is_void,
        score=one.score,
        evidence=[evidence_shown(code, language) for code in one.evidence],
    )
