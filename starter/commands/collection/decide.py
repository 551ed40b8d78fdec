"""What a client and staff say to the case of an unpaid order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

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
from starter.commands.collection.case import (
    COLLECTIONS,
    Update,
    debt_of,
    decide,
    found,
    is_overdue,
    known_or_allowed,
    start_of,
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
        start_of(request, services.cases.task_queue),
        CollectionWorkflow.ask,
        command_id,
        look_at=COLLECTIONS.look_at(request.collection_id),
    )
    return await found(services, caller, request.collection_id)


@command
async def give_reason(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, answer: Reason
) -> CollectionRow:
    """The client says in one tap why the order is not paid; the money is looked for at once."""
    return await _decided(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.GIVE_REASON,
        CollectionWorkflow.give_reason,
        {"answer": answer},
    )


@command
async def promise_payment(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    day: date,
    reason: str | None = None,
) -> CollectionRow:
    """The client, or staff in its name, names the day on which it pays."""
    return await _decided(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.PROMISE,
        CollectionWorkflow.promise_payment,
        {"day": day, "reason": reason},
    )


@command
async def pause_collection(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    until: date,
    reason: str,
) -> CollectionRow:
    """Nobody writes to the client before a day."""
    return await _decided(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.PAUSE,
        CollectionWorkflow.pause_collection,
        {"day": until, "reason": reason},
    )


@command
async def record_court(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    court: Court,
    reason: str | None = None,
) -> CollectionRow:
    """A court was asked for what is owed; the fee is counted by the rules of the day."""
    row = await found(services, caller, collection_id)
    if court.filed_on > moscow_date(datetime.now(UTC)):
        raise invalid(FieldError("collection_contact_day", "/filed_on"))
    claim = debt_of(row)
    fee = await _fee(services, row, court, claim) if claim else None

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

    return await _decided(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.RECORD_COURT,
        CollectionWorkflow.record_court,
        {"day": court.filed_on, "reason": reason},
        put_court,
    )


@command
async def send_claim(
    services: Services, caller: Caller, command_id: UUID, collection_id: str
) -> CollectionRow:
    """A person sends the claim now; refused outside the client's hours and after a contact of the
    same day.
    """
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.SEND_CLAIM,
        CollectionWorkflow.send_claim,
    )


@command
async def to_lawyer(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, reason: str
) -> CollectionRow:
    """The lawyer sees to it from here on."""
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.TO_LAWYER,
        CollectionWorkflow.to_lawyer,
        reason,
    )


@command
async def settle_debt(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, reason: str
) -> CollectionRow:
    """The parties have agreed otherwise than by a payment."""
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.SETTLE,
        CollectionWorkflow.settle_debt,
        reason,
    )


@command
async def cancel_collection(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, reason: str
) -> CollectionRow:
    """Nothing is owed after all."""
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.CANCEL,
        CollectionWorkflow.cancel_collection,
        reason,
    )


@command
async def propose_write_off(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, reason: str
) -> CollectionRow:
    """Proposes to write the debt off; another person confirms."""
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.PROPOSE_WRITE_OFF,
        CollectionWorkflow.propose_write_off,
        reason,
    )


@command
async def confirm_write_off(
    services: Services, caller: Caller, command_id: UUID, collection_id: str
) -> CollectionRow:
    """Writes the debt off; refused to whoever proposed it."""
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.CONFIRM_WRITE_OFF,
        CollectionWorkflow.confirm_write_off,
    )


@command
async def decline_write_off(
    services: Services, caller: Caller, command_id: UUID, collection_id: str, reason: str
) -> CollectionRow:
    """Takes a proposal back; the case goes on."""
    return await _plain(
        services,
        caller,
        command_id,
        collection_id,
        CollectionAction.DECLINE_WRITE_OFF,
        CollectionWorkflow.decline_write_off,
        reason,
    )


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


async def _plain(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    action: CollectionAction,
    update: Update,
    reason: str | None = None,
) -> CollectionRow:
    """A decision that says no more than why."""
    return await _decided(
        services, caller, command_id, collection_id, action, update, {"reason": reason}
    )


async def _decided(
    services: Services,
    caller: Caller,
    command_id: UUID,
    collection_id: str,
    action: CollectionAction,
    update: Update,
    columns: dict[str, Any],
    put_beside: Callable[[Transaction, UUID], None] | None = None,
) -> CollectionRow:
    """Stores a decision and sends it to its case; one that was taken is answered as it is."""
    decision_id = uuid5(command_id, f"decision {collection_id}")
    row, is_taken = await known_or_allowed(services, caller, collection_id, action, decision_id)
    if is_taken:
        return row
    async with services.database.transaction() as transaction:
        submission.put_decision(
            transaction,
            decision_id,
            collection_id=collection_id,
            action=action,
            decided_by=caller.login,
            decided_at=datetime.now(UTC),
            **columns,
        )
        if put_beside is not None:
            put_beside(transaction, decision_id)
    return await decide(services, caller, command_id, collection_id, update, decision_id)
