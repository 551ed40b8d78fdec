"""Where the letters of one refund go, over HTTP."""

from starter.api.http.models import Body, Email
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.refund.case import RefundId
from starter.commands.refund import contact as command
from starter.presentation.refund.state import CaseState, state_of

routes = router("refunds")


class ContactBody(Body):
    """The address; one-time codes, which sign for the client, go to the client's own always."""

    email: Email


@routes.post(
    "/v1/refunds/{refund_id}/contact",
    summary="Correct the address for letters of a case",
    responses=UNKNOWN,
)
async def correct_contact(
    refund_id: RefundId,
    body: ContactBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
) -> CaseState:
    """Letters of an open case go there from now on, five corrections a case at most.

    Letters that had not left are given up; the last one, where it says where the case is now, is
    sent to the new address once.
    """
    result = await command.correct_contact(services, caller, command_id, refund_id, body.email)
    return state_of(refund_id, result, language, caller.role)
