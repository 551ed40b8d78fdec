"""A ticket, its messages and the departments, as a caller sees them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from db.ticket.files import AttachedRow
from db.ticket.reads import DepartmentRow, MessageRow, TicketRow
from domain.access.roles import Role
from domain.ticket.department import MEBIBYTE
from domain.ticket.ticket import (
    TICKET_ACTIONS,
    ClientStatus,
    TicketAction,
    TicketStatus,
    client_status,
)
from starter.access import roles_of
from starter.caller import Caller
from starter.commands.ticket.case import is_of_staff
from starter.presentation.file.file import FileShown, file_shown
from starter.presentation.models import Shown
from texts import Language, translate

COMMANDS = {
    TicketAction.REPLY: "reply_to_ticket",
    TicketAction.HASTEN: "hasten_ticket",
    TicketAction.ARCHIVE: "archive_ticket",
    TicketAction.ANSWER: "answer_ticket",
    TicketAction.TAKE: "take_ticket",
    TicketAction.TRANSFER: "transfer_ticket",
    TicketAction.ESCALATE: "escalate_ticket",
    TicketAction.RESOLVE: "resolve_ticket",
    TicketAction.AWAIT_THIRD_PARTY: "await_third_party",
    TicketAction.MERGE: "merge_ticket",
    TicketAction.UNMERGE: "unmerge_ticket",
    TicketAction.MARK_SPAM: "mark_ticket_spam",
    TicketAction.UNMARK_SPAM: "unmark_ticket_spam",
}
"""The command of each action: its roles say who may take it."""


class TicketShown(Shown):
    """A ticket. `status` is as its reader speaks of it: a client reads words of its own.

    `assignee` and `escalated_at` are shown to staff only.
    """

    id: str
    number: int
    client_id: str
    client_name: str
    department: str
    department_name: str
    topic: str
    invoice_number: str | None
    subscription_id: str | None
    refund_id: str | None
    follows: str | None
    status: TicketStatus | ClientStatus
    title: str
    actions: Sequence[TicketAction]
    answers: int
    seen_answers: int
    assignee: str | None
    hastened_at: datetime | None
    escalated_at: datetime | None
    archived_at: datetime | None
    waiting_for: Role | None
    wait_until: datetime | None
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    merged_into: str | None


class MessageShown(Shown):
    """A message. `written_by` is shown to staff; a client reads that it was ours. `ticket_id` is
    the ticket it was written in, which may have been merged into that of the thread. Of a letter
    staff read `sender_confirmed`: false where anybody may have written it in the client's name.
    """

    id: UUID
    ticket_id: str
    number: int
    is_ours: bool
    text: str
    written_by: str | None
    sender_confirmed: bool | None
    at: datetime
    files: Sequence[FileShown]


class DepartmentShown(Shown):
    """A department that may be written to, how many characters a message may have, how many files
    and of how many MiB.
    """

    code: str
    name: str
    text_limit: int
    files_limit: int
    file_mebibytes: int


def ticket_shown(row: TicketRow, caller: Caller, language: Language) -> TicketShown:
    """A ticket as its client or as staff read it."""
    is_client = caller.role is Role.CLIENT
    status, title = _status(row, language, is_client=is_client)
    return TicketShown(
        id=row.id,
        number=row.number,
        client_id=row.client_id,
        client_name=row.client_name,
        department=row.department,
        department_name=department_name(row, language),
        topic=row.topic,
        invoice_number=row.invoice_number,
        subscription_id=row.subscription_id,
        refund_id=row.refund_id,
        follows=row.follows,
        status=status,
        title=title,
        actions=actions_of(row, caller),
        answers=row.answers,
        seen_answers=row.seen_answers,
        assignee=None if is_client else row.assignee,
        hastened_at=row.hastened_at,
        escalated_at=None if is_client else row.escalated_at,
        archived_at=row.archived_at,
        waiting_for=None if row.waiting_for is None else Role(row.waiting_for),
        wait_until=row.wait_until,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        merged_into=row.merged_into,
    )


def department_name(row: TicketRow | DepartmentRow, language: Language) -> str:
    """The name of a department, or of that of a ticket."""
    if isinstance(row, TicketRow):
        return row.department_ru if language == "ru" else row.department_en
    return row.name_ru if language == "ru" else row.name_en


def actions_of(row: TicketRow, caller: Caller) -> list[TicketAction]:
    """What the caller may do with a ticket now."""
    may = [one for one in allowed_of(row) if caller.role in roles_of(COMMANDS[one])]
    return [one for one in may if is_of_staff(caller, row, one)]


def allowed_of(row: TicketRow) -> list[TicketAction]:
    """What a ticket takes now, of whoever may."""
    allowed = TICKET_ACTIONS[TicketStatus(row.status)]
    if row.hastened_at is not None:
        allowed -= {TicketAction.HASTEN}
    return [one for one in COMMANDS if one in allowed]


def message_shown(
    row: MessageRow, attached: Sequence[AttachedRow], caller: Caller, language: Language
) -> MessageShown:
    """A message as its client or as staff read it."""
    hides = caller.role is Role.CLIENT and row.is_ours
    return MessageShown(
        id=row.id,
        ticket_id=row.ticket_id,
        number=row.number,
        is_ours=row.is_ours,
        text=row.text,
        written_by=None if hides else row.written_by,
        sender_confirmed=None if caller.role is Role.CLIENT else row.sender_confirmed,
        at=row.at,
        files=files_shown(row.id, attached, language),
    )


def files_shown(
    written_id: UUID, attached: Sequence[AttachedRow], language: Language
) -> list[FileShown]:
    """Those of a ticket's files that came with a message or a note."""
    return [file_shown(one, language) for one in attached if one.written_id == written_id]


def departments_shown(rows: Sequence[DepartmentRow], language: Language) -> list[DepartmentShown]:
    """The departments that may be written to."""
    return [
        DepartmentShown(
            code=row.department,
            name=department_name(row, language),
            text_limit=row.text_limit,
            files_limit=row.files_limit,
            file_mebibytes=row.file_bytes_limit // MEBIBYTE,
        )
        for row in rows
        if row.is_offered
    ]


def _status(
    row: TicketRow, language: Language, *, is_client: bool
) -> tuple[TicketStatus | ClientStatus, str]:
    status = TicketStatus(row.status)
    if not is_client:
        return status, translate(f"ticket.status.{status}", language)
    own = client_status(
        status,
        answers=row.answers,
        seen_answers=row.seen_answers,
        is_archived=any(one is not None for one in (row.archived_at, row.merged_into, row.spam_at)),
    )
    return own, translate(f"ticket.client_status.{own}", language)
