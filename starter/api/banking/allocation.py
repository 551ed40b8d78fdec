"""Allocation of incoming money to invoices over HTTP, and undoing it."""

from datetime import date
from http import HTTPStatus

from pydantic import Field

from db.banking import bank_entry
from db.banking import incoming_money as money_in
from domain.banking.candidates import judged
from domain.banking.incoming_money import MAX_SHARES
from domain.banking.matching import Candidate, OpenInvoice, Share, keys_in
from starter.api.banking.entry import (
    EntryPath,
    EntryShown,
    EvidenceShown,
    evidence_shown,
    hold_text,
    read_bank_entry,
)
from starter.api.http.models import Body, InvoiceNumber, Kopecks, Note, Roubles, Shown
from starter.api.http.problems import documented
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.banking import allocate as command
from starter.commands.banking.allocate import AllocationAsked, incoming
from texts import Language

routes = router("bank statements")

UNKNOWN = documented(HTTPStatus.ACCEPTED)


class ShareBody(Body):
    """The part of the entry for one invoice; what exceeds its balance is the invoice's surplus."""

    invoice_number: InvoiceNumber
    amount: Kopecks


class AllocationBody(Body):
    """Shares that add up to the entry's sum. `remember_payer`: later money of this payer is this
    client's.
    """

    shares: list[ShareBody] = Field(min_length=1, max_length=MAX_SHARES)
    reason: Note
    remember_payer: bool = False
    several_clients: bool = Field(
        False, description="The invoices belong to several clients on purpose."
    )
    beside_billing: bool = Field(
        False,
        description="This is other money than the transfers that billing has written so far.",
    )

    @property
    def asked(self) -> AllocationAsked:
        """The same as the command's argument."""
        return AllocationAsked(
            tuple(Share(one.invoice_number, one.amount) for one in self.shares),
            self.reason,
            self.remember_payer,
            self.several_clients,
            self.beside_billing,
        )


class UndoBody(Body):
    """Why an allocation was wrong."""

    reason: Note


class CandidateShown(Shown):
    """An invoice that the money may be for, and the evidence for it."""

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
    """The likeliest first; `hold` is why the money was not allocated automatically."""

    hold_code: str | None
    hold: str | None
    items: list[CandidateShown]


@routes.get("/v1/bank-entries/{entry_id}/candidates", summary="Invoices that an entry may be for")
async def list_entry_candidates(
    entry_id: EntryPath, database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> Candidates:
    """Computed at the moment of the request, by the invoices as they are."""
    (entries,) = await database.read(bank_entry.one(entry_id))
    entry = incoming(entries)
    keys, inn = keys_in(entry.purpose), entry.counterparty_inn
    found = await money_in.find(database, keys, [inn] if inn else [])
    numbers = found.numbers_for(inn, keys)
    now = judged(money_in.entry_from(entry), found, numbers, keys)
    invoices = {one.number: one for one in found.invoices(numbers, entry.day)}
    hold = entry.hold_reason if entry.needs_person else now.hold
    return Candidates(
        hold_code=hold,
        hold=hold_text(hold, language),
        items=[
            _shown(one, invoices[one.invoice_number], language) for one in now.verdict.candidates
        ],
    )


@routes.post(
    "/v1/bank-entries/{entry_id}/allocation",
    summary="Allocate an entry to invoices",
    responses=UNKNOWN,
)
async def allocate_bank_entry(
    entry_id: EntryPath,
    body: AllocationBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> EntryShown:
    """The invoices are paid at once, and the cases that wait for the money are signalled."""
    await command.allocate_bank_entry(services, caller, command_id, entry_id, body.asked)
    return await read_bank_entry(entry_id, services.database, caller, language)


@routes.post("/v1/bank-entries/{entry_id}/undo", summary="Undo an allocation", responses=UNKNOWN)
async def undo_bank_entry(
    entry_id: EntryPath,
    body: UndoBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> EntryShown:
    """Its payments are reversed in the ledger; from then on a person decides about the entry."""
    await command.undo_bank_entry(services, caller, command_id, entry_id, body.reason)
    return await read_bank_entry(entry_id, services.database, caller, language)


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
