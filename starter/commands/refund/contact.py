"""Another address for the letters of one refund: the client corrects where they do not arrive."""

from datetime import UTC, datetime
from uuid import UUID

from db.query import present
from db.refund import contact as contacts
from db.refund import reads as cases_in
from db.refund import submission as submissions
from db.refund.rows import RefundHead
from domain.refund.contact import contact_refusal
from domain.refund.refund import RefundStatus, TransitionResult
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.mail_address import checked_address
from starter.commands.refund.case import NOT_ALLOWED_IN_STATUS, decide, submission_id
from starter.commands.refusal import FieldError, Noun, StatusText, conflict, invalid
from starter.commands.services import Services
from workflows.refund import RefundWorkflow


@command
async def correct_contact(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, email: str
) -> TransitionResult:
    """Sends the letters of an open case to another address. The last letter that says where the
    case is goes there once more, if it had not left; earlier ones are read in the inbox.

    Raises `Refusal`: an address that is none or is the present one, `not_allowed_in_status` once
    the case has ended, `contact_corrected_too_often`.
    """
    named = submission_id(command_id, "contact")
    heads, decided, (letters,) = await services.database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, named),
        contacts.of_case(refund_id),
    )
    head = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    _check(head, letters.corrected, email)
    await submissions.put_contact(
        services.database,
        named,
        client_id=present(caller.client_id),
        email=email,
        at=datetime.now(UTC),
    )
    return await decide(
        services, RefundWorkflow.correct_contact, refund_id, caller, command_id, named
    )


def _check(head: RefundHead, corrected: int, email: str) -> None:
    """The same judgement as in the step of the case; nothing is stored that it would refuse."""
    refused = contact_refusal(RefundStatus(head.status), head.closed_at, corrected)
    if refused == NOT_ALLOWED_IN_STATUS:
        raise conflict(refused, status=StatusText(Noun.REFUND, head.status))
    if refused is not None:
        raise conflict(refused)
    checked_address(email, pointer="/email")
    if email.lower() == (head.contact_email or head.client_email).lower():
        raise invalid(FieldError("email_same", pointer="/email"))
