"""What a client and staff say to the case of an unpaid order."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from db.billing import invoice as invoices
from db.collection import submission
from db.collection.reads import CollectionRow
from db.database import Transaction
from domain.billing.requisites import ClientKind
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import (
    CollectionAction,
    CollectionRequest,
    CourtKind,
    Reason,
    collection_workflow_id,
)
from domain.compensation.court_fee import CourtFee, court_fee
from domain.compensation.legal_rule import RuleKind, RuleNotCovered
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_command import case_command
from starter.commands.collection.case import (
    COLLECTIONS,
    CollectionCommand,
    debt_of,
    found,
    is_overdue,
)
from starter.commands.command import command
from starter.commands.compensation.calculate import covered, law_of
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services
from workflows.collection import CollectionWorkflow


@dataclass(frozen=True)
class Court:
    """A court that was asked: how, which, under which number, on which day."""

    kind: CourtKind
    name: str
    number: str
    filed_on: date


@command
async def open_collection(
    services: Services, caller: Caller, command_id: UUID, invoice_number: str
) -> CollectionRow:
    """Begins the case of an overdue order before the hourly round does; one that is open is
    answered as it is.
    """
    rows, _ = await services.database.read(*invoices.facts(invoice_number))
    invoice = require_visible(caller, rows)
    if not is_overdue(invoice, moscow_date(datetime.now(UTC))):
        raise conflict("collection_not_overdue")
    request = CollectionRequest(collection_workflow_id(invoice_number), caller.login)
    await services.cases.update_with_start(
        services.cases.start_of(CollectionWorkflow.run, request, request.collection_id),
        CollectionWorkflow.ask,
        command_id,
        look_at=COLLECTIONS.look_at(request.collection_id),
    )
    return await found(services, caller, request.collection_id)


@case_command(CollectionCommand)
async def give_reason(case: CollectionCommand, answer: Reason) -> CollectionRow:
    """The client says in one tap why the order is not paid; the money is looked for at once."""
    return await case.decided(CollectionAction.GIVE_REASON, answer=answer)


@case_command(CollectionCommand)
async def promise_payment(
    case: CollectionCommand, day: date, reason: str | None = None
) -> CollectionRow:
    """The client, or staff in its name, names the day on which it pays."""
    return await case.decided(CollectionAction.PROMISE, day=day, reason=reason)


@case_command(CollectionCommand)
async def pause_collection(case: CollectionCommand, until: date, reason: str) -> CollectionRow:
    """Nobody writes to the client before a day."""
    return await case.decided(CollectionAction.PAUSE, day=until, reason=reason)


@case_command(CollectionCommand)
async def record_court(
    case: CollectionCommand, court: Court, reason: str | None = None
) -> CollectionRow:
    """A court was asked for what is owed; the fee is counted by the rules of the day."""
    row = await case.found()
    if court.filed_on > moscow_date(datetime.now(UTC)):
        raise invalid(FieldError("collection_contact_day", "/filed_on"))
    claim = debt_of(row)
    fee = await _fee(case.services, row, court, claim) if claim else None

    def put_court(transaction: Transaction, decision_id: UUID) -> None:
        if fee is not None:
            submission.put_court(
                transaction,
                decision_id,
                kind=court.kind,
                court=court.name,
                number=court.number,
                claim_kopecks=claim,
                fee_kopecks=fee.kopecks,
                fee_rule=fee.rule.id,
            )

    return await case.decided(
        CollectionAction.RECORD_COURT, put_court, day=court.filed_on, reason=reason
    )


@case_command(CollectionCommand)
async def send_claim(case: CollectionCommand) -> CollectionRow:
    """A person sends the claim now; refused outside the client's hours and after a contact of the
    same day.
    """
    return await case.decided(CollectionAction.SEND_CLAIM)


@case_command(CollectionCommand)
async def to_lawyer(case: CollectionCommand, reason: str) -> CollectionRow:
    """The lawyer sees to it from here on."""
    return await case.decided(CollectionAction.TO_LAWYER, reason=reason)


@case_command(CollectionCommand)
async def from_lawyer(case: CollectionCommand, reason: str) -> CollectionRow:
    """The lawyer hands the debt back to the specialists; the ladder goes on."""
    return await case.decided(CollectionAction.FROM_LAWYER, reason=reason)


@case_command(CollectionCommand)
async def settle_debt(case: CollectionCommand, reason: str) -> CollectionRow:
    """The parties have agreed otherwise than by a payment."""
    return await case.decided(CollectionAction.SETTLE, reason=reason)


@case_command(CollectionCommand)
async def cancel_collection(case: CollectionCommand, reason: str) -> CollectionRow:
    """Nothing is owed after all."""
    return await case.decided(CollectionAction.CANCEL, reason=reason)


@case_command(CollectionCommand)
async def propose_write_off(case: CollectionCommand, reason: str) -> CollectionRow:
    """Proposes to write the debt off; another person confirms."""
    return await case.decided(CollectionAction.PROPOSE_WRITE_OFF, reason=reason)


@case_command(CollectionCommand)
async def confirm_write_off(case: CollectionCommand) -> CollectionRow:
    """Writes the debt off; refused to whoever proposed it."""
    return await case.decided(CollectionAction.CONFIRM_WRITE_OFF)


@case_command(CollectionCommand)
async def decline_write_off(case: CollectionCommand, reason: str) -> CollectionRow:
    """Takes a proposal back; the case goes on."""
    return await case.decided(CollectionAction.DECLINE_WRITE_OFF, reason=reason)


async def _fee(services: Services, row: CollectionRow, court: Court, claim: int) -> CourtFee:
    """The fee of a court; of an order against a person it is not known."""
    law = await law_of(services.database)
    is_person = row.client_kind == ClientKind.INDIVIDUAL
    kind = RuleKind.FEE_GENERAL if is_person else RuleKind.FEE_COMMERCIAL
    with covered():
        if court.kind is CourtKind.ORDER:
            kind = RuleKind.FEE_COURT_ORDER
            if is_person:
                raise RuleNotCovered(kind, court.filed_on)
        return court_fee(kind, claim, court.filed_on, law.rules)
