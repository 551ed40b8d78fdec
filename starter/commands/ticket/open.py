"""«Задать вопрос»: a client opens a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from db.database import Transaction
from db.facts import load
from db.query import present
from db.ticket import files, reads, submission
from db.ticket.reads import DepartmentRow, Subject, TicketRow
from domain.file.file import WIDEST
from domain.ticket.ticket import TicketRequest, ticket_workflow_id
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.file.attach import attachable, hold
from starter.commands.refusal import FieldError, conflict, invalid
from starter.commands.services import Services
from starter.commands.ticket.case import TICKETS, check_length, found, limits_of
from workflows.ticket import TicketWorkflow

MAX_TOPIC_LENGTH = 200
MAX_OPEN_TICKETS = 100
"""Of one client, so that no mistaken program fills the queues of the desk."""


class Channel(StrEnum):
    """What a message came by."""

    WEB = "web"
    API = "api"
    TELEGRAM = "telegram"
    MAIL = "mail"


@dataclass(frozen=True)
class NewTicket:
    """What a client writes, and the thing of its own that it is about, if it names one.

    `sender_confirmed`: of a letter, whether it is known to be the client's.
    """

    department: str
    topic: str
    text: str
    invoice_number: str | None = None
    subscription_id: str | None = None
    refund_id: str | None = None
    follows: str | None = None
    files: Sequence[UUID] = ()
    sender_confirmed: bool | None = None

    @property
    def named(self) -> dict[Subject, str]:
        """What it names, by kind."""
        return {one: value for one in Subject if (value := getattr(self, one.value)) is not None}


@command
async def open_ticket(
    services: Services, caller: Caller, command_id: UUID, asked: NewTicket, channel: Channel
) -> TicketRow:
    """Stores what the client writes, takes a number for it, and opens its ticket."""
    opening_id = uuid5(command_id, "ticket")
    (stored,) = await services.database.read(submission.opened(opening_id))
    limits = WIDEST if stored else limits_of(await _check(services, caller, asked))
    attached = await attachable(services.database, caller, asked.files, limits)
    if not stored:
        async with services.database.transaction() as transaction:
            open_now = await load(transaction, submission.open_of(present(caller.client_id)))
            if open_now >= MAX_OPEN_TICKETS:
                raise conflict("ticket_too_many_open", at_most=MAX_OPEN_TICKETS)
            _put(transaction, caller, opening_id, asked)
        (stored,) = await services.database.read(submission.opened(opening_id))
    ticket_id = ticket_workflow_id(stored[0].number)
    await _write_first(services, caller, opening_id, ticket_id, asked, attached, channel)
    request = TicketRequest(ticket_id, str(opening_id), caller.login)
    await services.cases.update_with_start(
        services.cases.start_of(TicketWorkflow.run, request, ticket_id),
        TicketWorkflow.ask,
        command_id,
        look_at=TICKETS.look_at(ticket_id),
    )
    return await found(services, caller, ticket_id)


async def _check(services: Services, caller: Caller, asked: NewTicket) -> DepartmentRow:
    (departments,) = await services.database.read(reads.departments_at(datetime.now(UTC)))
    department = _offered(departments, asked.department)
    check_length(asked.text, department.text_limit)
    about = [one for one in asked.named if one is not Subject.TICKET]
    if len(about) > 1:
        raise invalid(FieldError("ticket_about_one_thing", f"/{about[1]}"))
    for subject, subject_id in asked.named.items():
        (owners,) = await services.database.read(reads.owner_of(subject, subject_id))
        if [owner.client_id for owner in owners] != [caller.client_id]:
            raise invalid(FieldError("ticket_subject_unknown", f"/{subject}"))
    return department


def _offered(departments: list[DepartmentRow], code: str) -> DepartmentRow:
    for department in departments:
        if department.department == code and department.is_offered:
            return department
    raise invalid(FieldError("department_unknown", "/department"))


def _put(transaction: Transaction, caller: Caller, opening_id: UUID, asked: NewTicket) -> None:
    submission.put_opening(
        transaction,
        opening_id,
        client_id=caller.client_id,
        department=asked.department,
        topic=asked.topic,
        invoice_number=asked.invoice_number,
        subscription_id=asked.subscription_id,
        refund_id=asked.refund_id,
        follows=asked.follows,
        opened_by=caller.login,
        opened_at=datetime.now(UTC),
    )


async def _write_first(
    services: Services,
    caller: Caller,
    opening_id: UUID,
    ticket_id: str,
    asked: NewTicket,
    attached: Sequence[UUID],
    channel: Channel,
) -> None:
    """The first message has the id of the opening, which the ticket's first change names."""
    async with services.database.transaction() as transaction:
        await hold(transaction, attached)
        submission.put_message(
            transaction,
            opening_id,
            ticket_id=ticket_id,
            is_ours=False,
            channel=channel,
            text=asked.text,
            sender_confirmed=asked.sender_confirmed,
            written_by=caller.login,
            written_at=datetime.now(UTC),
        )
        files.attach(transaction, attached, message_id=opening_id)
