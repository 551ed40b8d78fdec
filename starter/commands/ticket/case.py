"""What every command about a ticket shares: visibility, and the update of its process."""

from typing import Any
from uuid import UUID

from temporalio.client import WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.workflow import UpdateMethodMultiParam

from db.database import Database
from db.ticket import reads
from db.ticket.reads import DepartmentRow, TicketRow
from domain.access.roles import Role
from domain.case.decision import NOT_ALLOWED_IN_STATUS, Decision
from domain.file.file import FileLimits
from domain.ticket.department import may_answer
from domain.ticket.ticket import (
    OF_THE_DEPARTMENT,
    TICKET_ACTIONS,
    TicketAction,
    TicketRefusal,
    TicketRequest,
    TicketStatus,
    TicketTransitionResult,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.case_client import CaseClient
from starter.commands.refusal import FieldError, Noun, Refusal, TextKey, conflict, invalid
from starter.commands.services import Services
from workflows.ticket import TicketWorkflow

MERGES_FOLLOWED = 20
"""A ticket that was merged into one that was merged, and so on."""
TICKETS = CaseClient(Noun.TICKET, reads.head, reads.decision, reads.result_in)

MAX_TEXT_LENGTH = 20_000
"""The longest text of any department; the department's own limit is told with it."""

Update = UpdateMethodMultiParam[[Any, Decision], TicketTransitionResult]


def start_of(request: TicketRequest, task_queue: str) -> WithStartWorkflowOperation[Any, Any]:
    """The start of a ticket's process; one that is started again goes on from its stored state."""
    return WithStartWorkflowOperation(
        TicketWorkflow.run,
        request,
        id=request.ticket_id,
        task_queue=task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=request.ticket_id,
    )


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


async def known_or_allowed(
    services: Services, caller: Caller, ticket_id: str, action: TicketAction, submission_id: UUID
) -> tuple[TicketRow, bool]:
    """The ticket, and whether it has taken this submission already; avoids storing one that would
    be refused, which the ticket itself checks again.
    """
    rows, taken = await services.database.read(
        reads.head(ticket_id), reads.decision(ticket_id, submission_id)
    )
    ticket = require_visible(caller, rows)
    if not taken:
        require_allowed(caller, ticket, action)
    return ticket, bool(taken)


def require_allowed(caller: Caller, ticket: TicketRow, action: TicketAction) -> None:
    """Refuses what the ticket does not take in its status, and what others of ours do."""
    status = TicketStatus(ticket.status)
    if action in TICKET_ACTIONS[status]:
        if not is_of_staff(caller, ticket, action):
            raise conflict(TicketRefusal.OF_OTHER_STAFF)
        return
    if caller.role is Role.CLIENT:
        _hide_spam(ticket)
    if status is TicketStatus.CLOSED:
        raise conflict(TicketRefusal.CLOSED)
    raise conflict(NOT_ALLOWED_IN_STATUS, status=TextKey(f"ticket.status.{status}"))


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


async def decide(
    services: Services,
    caller: Caller,
    command_id: UUID,
    ticket_id: str,
    update: Update,
    submission_id: UUID | None = None,
) -> TicketRow:
    """Sends a command to a ticket, and reads where it is then."""
    decision = Decision(caller.login, None if submission_id is None else str(submission_id))
    try:
        await TICKETS.decide(services, ticket_id, update, decision, command_id)
    except Refusal as refusal:
        if caller.role is Role.CLIENT and refusal.code == NOT_ALLOWED_IN_STATUS:
            _hide_spam(await found(services, caller, ticket_id))
        raise
    return await found(services, caller, ticket_id)


def _hide_spam(ticket: TicketRow) -> None:
    """Whoever wrote spam is not told so: the ticket is as closed."""
    if ticket.status == TicketStatus.SPAM:
        raise conflict(TicketRefusal.CLOSED)
