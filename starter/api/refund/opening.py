"""The request that opens a case, over HTTP."""

from http import HTTPStatus

from fastapi import Response
from pydantic import Field, field_validator, model_validator

from domain.refund.calculation import MAX_LINES
from domain.refund.refund import AskedLine, RefundKind
from starter.api.http.models import Body, Day, Email, InvoiceNumber, Kopecks
from starter.api.http.models import refused as refused_field
from starter.api.http.problems import UNKNOWN
from starter.api.http.route import CommandId, CurrentCaller, LanguageDep, ServicesDep, router
from starter.api.refund.case import link_to
from starter.commands.refund import open as command
from starter.commands.refund.open import RefundAsked
from starter.presentation.refund.state import CaseState, state_of

routes = router("refunds")


class AskedLineBody(Body):
    """A line to refund, at most `amount` of it; without an amount all that the policy allows."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    amount: Kopecks | None = None


class RefundBody(Body):
    """A request: no `lines` means the whole invoice, no `stopped_on` means today."""

    invoice_number: InvoiceNumber
    lines: list[AskedLineBody] | None = Field(default=None, min_length=1, max_length=MAX_LINES)
    stopped_on: Day | None = Field(
        default=None, description="The first day that is no longer used."
    )
    surplus: bool = Field(
        default=False, description="Refund what was paid above the sum due, instead of the lines."
    )

    contact_email: Email | None = Field(
        default=None,
        description="Where letters of this case go, if not to the client's own address. One-time "
        "codes, which sign for the client, go to the latter always.",
    )

    @field_validator("lines")
    @classmethod
    def _each_once(cls, lines: list[AskedLineBody] | None) -> list[AskedLineBody] | None:
        if lines and len({line.line_no for line in lines}) < len(lines):
            raise refused_field("line_twice")
        return lines

    @model_validator(mode="after")
    def _surplus_is_whole(self) -> "RefundBody":
        if self.surplus and (self.lines is not None or self.stopped_on is not None):
            raise refused_field("surplus_not_by_lines")
        return self

    @property
    def asked(self) -> RefundAsked:
        """The lines in their order: equal requests are equal however they were written."""
        ordered = sorted(self.lines or (), key=lambda line: line.line_no)
        return RefundAsked(
            self.invoice_number,
            tuple(AskedLine(line.line_no, line.amount) for line in ordered),
            self.stopped_on,
            RefundKind.SURPLUS if self.surplus else RefundKind.INVOICE,
            self.contact_email,
        )


@routes.post(
    "/v1/refunds",
    summary="Request a refund",
    status_code=HTTPStatus.CREATED,
    responses={
        200: {"model": CaseState, "description": "An equal case is open already"},
        **UNKNOWN,
    },
)
async def open_refund(
    body: RefundBody,
    caller: CurrentCaller,
    command_id: CommandId,
    services: ServicesDep,
    language: LanguageDep,
    response: Response,
) -> CaseState:
    """Opens a case, or returns the open case that asks for the same.

    What is not refundable is refused with its reason, and no case is started.
    """
    opened = await command.open_refund(services, caller, command_id, body.asked)
    if not opened.is_new:
        response.status_code = HTTPStatus.OK
    response.headers["Location"] = link_to(opened.refund_id)
    return state_of(opened.refund_id, opened.result, language, caller.role)
