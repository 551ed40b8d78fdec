"""Allocation of incoming money to invoices over HTTP, and undoing it."""

from pydantic import Field

from domain.banking.incoming_money import MAX_SHARES
from domain.banking.matching import Share
from starter.api.banking.entry import EntryPath, read_bank_entry
from starter.api.http.models import Body, InvoiceNumber, Kopecks, Note
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    ServicesDep,
    router,
)
from starter.commands.banking import allocate as command
from starter.commands.banking.allocate import AllocationAsked
from starter.presentation.banking.candidates import Candidates, candidates_for
from starter.presentation.banking.entry import EntryShown

routes = router("bank statements")


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


@routes.get("/v1/bank-entries/{entry_id}/candidates", summary="Invoices that an entry may be for")
async def list_entry_candidates(
    entry_id: EntryPath, database: DatabaseDep, _caller: CurrentCaller, language: LanguageDep
) -> Candidates:
    """Computed at the moment of the request, by the invoices as they are."""
    return await candidates_for(database, entry_id, language)


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
