"""The request that opens a case."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field, field_validator, model_validator
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from db.database import Database
from db.refund import reads as cases_in
from domain.refund.calculation import MAX_LINES
from domain.refund.refund import (
    AskedLine,
    RefundKind,
    RefundRequest,
    RefundStatus,
    TransitionResult,
    workflow_id,
)
from starter.api.http.models import Body, Day, InvoiceNumber, Kopecks
from starter.api.http.models import refused as refused_field
from starter.api.http.problems import FieldError, Problem
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.http.temporal import Cases, case_closed
from starter.api.refund.case import UNKNOWN, CaseState, link_to, state_of
from starter.api.refund.refundable import REFUND_ALREADY_OPEN, Grounds, check_stopped_on, grounds_of
from starter.api.refund.refusals import refused
from texts import translate
from workflows.case.kernel import CASE_STATUS
from workflows.refund import RefundWorkflow

MAX_TRIES = 3
"""Tries to open a case whose number was taken, by one that has ended, since the count."""

routes = router("refunds")


class AskedLineBody(Body):
    """A line to refund, at most for `amount`; without one for all that the policy gives."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    amount: Kopecks | None = None


class RefundBody(Body):
    """A request: without `lines` about the whole invoice, without `stopped_on` from today."""

    invoice_number: InvoiceNumber
    lines: list[AskedLineBody] | None = Field(default=None, min_length=1, max_length=MAX_LINES)
    stopped_on: Day | None = Field(
        default=None, description="The first day that is no longer used."
    )
    surplus: bool = Field(
        default=False, description="What came above what is due, in place of the lines' money."
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
    def kind(self) -> RefundKind:
        """What is asked for."""
        return RefundKind.SURPLUS if self.surplus else RefundKind.INVOICE

    @property
    def asked(self) -> tuple[AskedLine, ...]:
        """The lines in their order: equal requests are equal however they were written."""
        ordered = sorted(self.lines or (), key=lambda line: line.line_no)
        return tuple(AskedLine(line.line_no, line.amount) for line in ordered)


@routes.post(
    "/v1/refunds",
    summary="Ask for a refund",
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
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
    response: Response,
) -> CaseState:
    """Opens a case, or answers with the open one that asks for the same.

    What is not refundable is refused with its reason, and no case is started.
    """
    for _ in range(MAX_TRIES):
        grounds = await grounds_of(database, caller, body.invoice_number, body.stopped_on)
        _check_request(grounds, body)
        request = _request(grounds, body, command_id)
        try:
            result = await _opened(cases, request, command_id)
        except WorkflowAlreadyStartedError:
            continue
        if result.refusal is not None:
            raise _declined(result.refusal, grounds, body)
        if not await _is_opener(database, request, command_id):
            response.status_code = HTTPStatus.OK
        response.headers["Location"] = link_to(request.refund_id)
        return state_of(request.refund_id, result, language)
    raise case_closed()


def _check_request(grounds: Grounds, body: RefundBody) -> None:
    """Refuses what is not refundable; with a case open it is the case that judges."""
    check_stopped_on(grounds, body.stopped_on, FieldError("", pointer="/stopped_on"))
    if grounds.open_refund_id is not None:
        return
    code = grounds.refusal(body.asked, body.stopped_on, body.kind)
    if code is not None:
        raise refused(code, grounds.invoice, body.asked, grounds.policy)


def _request(grounds: Grounds, body: RefundBody, command_id: UUID) -> RefundRequest:
    ordinal = cases_in.next_ordinal(grounds.cases)
    return RefundRequest(
        refund_id=workflow_id(grounds.invoice.number, ordinal),
        invoice_number=grounds.invoice.number,
        client_id=grounds.invoice.client_id,
        ordinal=ordinal,
        asked=body.asked,
        stopped_on=body.stopped_on,
        request_id=str(command_id),
        kind=body.kind,
    )


async def _opened(cases: Cases, request: RefundRequest, command_id: UUID) -> TransitionResult:
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        RefundWorkflow.run,
        request,
        id=request.refund_id,
        task_queue=cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(CASE_STATUS, RefundStatus.CALCULATING)]
        ),
        static_summary=translate("ui.refund", invoice_number=request.invoice_number),
    )
    look_at = link_to(request.refund_id)
    try:
        result: TransitionResult = await cases.update_with_start(
            start, RefundWorkflow.ask, command_id, request, look_at=look_at
        )
    except Problem as problem:
        if problem.code == REFUND_ALREADY_OPEN:
            problem.extra["refund_id"] = request.refund_id
            problem.headers["Location"] = look_at
        raise
    return result


async def _is_opener(database: Database, request: RefundRequest, command_id: UUID) -> bool:
    """Whether it was this command that opened the case, of all that asked for the same at once."""
    (found,) = await database.read(cases_in.decision(request.refund_id, command_id))
    return bool(found)


def _declined(code: str, grounds: Grounds, body: RefundBody) -> Problem:
    """What the case itself found wrong, after the request had looked right."""
    if code == REFUND_ALREADY_OPEN:
        return Problem(REFUND_ALREADY_OPEN, HTTPStatus.CONFLICT)
    return refused(code, grounds.invoice, body.asked, grounds.policy)
