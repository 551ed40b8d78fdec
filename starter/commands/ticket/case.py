"""What every command about a ticket shares: visibility, and the update of its process."""

from typing import Any
from uuid import UUID

from db.database import Database, Transaction
from db.query import Query
from db.ticket import reads, submission
from db.ticket.reads import DepartmentRow, TicketRow
from domain.access.roles import Role
from domain.case.decision import NOT_ALLOWED_IN_STATUS
from domain.file.file import FileLimits
from domain.ticket.department import may_answer
from domain.ticket.ticket import (
    OF_THE_DEPARTMENT,
    TICKET_ACTIONS,
    TicketAction,
    TicketRefusal,
    TicketStatus,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.case_command import CaseCommand
from starter.commands.refusal import FieldError, Noun, Refusal, TextKey, conflict, invalid
from starter.commands.services import Services
from workflows.ticket import TicketWorkflow

MERGES_FOLLOWED = 20
"""A ticket that was merged into one that was merged, and so on."""
TICKETS = CaseClient(Noun.TICKET, reads.head, reads.decision, reads.result_in)

MAX_TEXT_LENGTH = 20_000
"""The longest text of any department; the department's own limit is told with it."""


async def found(services: Services, caller: Caller, ticket_id: str) -> TicketRow:
    """A ticket that the caller may see."""
    (rows,) = await services.database.read(reads.head(ticket_id))
    return require_visible(caller, rows)


async def surviving(database: Database, ticket_id: str) -> TicketRow | None:
    """A ticket, or the one whose thread has its messages; None where there is none."""
    for _ in range(MERGES_FOLLOWED):
        rows = await database.rows(reads.head(ticket_id))
        if not rows or rows[0].merged_into is None:
            return rows[0] if rows else None
        ticket_id = rows[0].merged_into
    return None


def is_of_staff(caller: Caller, ticket: TicketRow, action: TicketAction) -> bool:
    """Whether the staff that the ticket's department names lets the caller do this."""
    if action not in OF_THE_DEPARTMENT or caller.role is Role.OPERATOR:
        return True
    return may_answer(ticket.staff, caller.login)


def limits_of(row: TicketRow | DepartmentRow) -> FileLimits:
    """The files that a message to a department, or in a ticket of one, may have."""
    return FileLimits(row.files_limit, row.file_bytes_limit)


def check_length(text: str, text_limit: int) -> None:
    """Refuses a text that is longer than its department takes; nothing is cut."""
    if len(text) > text_limit:
        params = {"length": len(text), "at_most": text_limit}
        raise invalid(FieldError("ticket_text_too_long", "/text", params=params))


class TicketCommand(CaseCommand[TicketRow, TicketAction]):
    """A command to one ticket."""

    cases = TICKETS
    workflow = TicketWorkflow

    async def sent(self, action: TicketAction, submission_id: UUID | None = None) -> TicketRow:
        """As for any case; whoever wrote spam is not told so."""
        try:
            return await super().sent(action, submission_id)
        except Refusal as refusal:
            if self.caller.role is Role.CLIENT and refusal.code == NOT_ALLOWED_IN_STATUS:
                _hide_spam(await self.found())
            raise

    def _head(self) -> Query[TicketRow]:
        return reads.head(self.case_id)

    def _require_allowed(self, row: TicketRow, action: TicketAction) -> None:
        """Refuses what the ticket does not take in its status, and what others of ours do."""
        status = TicketStatus(row.status)
        if action in TICKET_ACTIONS[status]:
            if not is_of_staff(self.caller, row, action):
                raise conflict(TicketRefusal.OF_OTHER_STAFF)
            return
        if self.caller.role is Role.CLIENT:
            _hide_spam(row)
        if status is TicketStatus.CLOSED:
            raise conflict(TicketRefusal.CLOSED)
        raise conflict(NOT_ALLOWED_IN_STATUS, status=TextKey(f"ticket.status.{status}"))

    def _put_decision(
        self, transaction: Transaction, decision_id: UUID, row: TicketRow, columns: dict[str, Any]
    ) -> None:
        submission.put_decision(transaction, decision_id, ticket_id=row.id, **columns)


def _hide_spam(ticket: TicketRow) -> None:
    """Whoever wrote spam is not told so: the ticket is as closed."""
    if ticket.status == TicketStatus.SPAM:
        raise conflict(TicketRefusal.CLOSED)
