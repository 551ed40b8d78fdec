"""Asking for a refund: what could be refunded, and the request that opens a case."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import Field, field_validator
from temporalio.client import WithStartWorkflowOperation
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from db import case as cases_in
from db import invoice as invoices
from db import policy as policies
from db.database import Database, Row
from domain.calculation import (
    MAX_LINES,
    Calculation,
    CalculationInputs,
    Refusal,
    SpecialistReason,
    calculate,
    refusal,
)
from domain.calendar import moscow_date
from domain.invoice import Invoice
from domain.policy import RefundPolicy
from domain.refund import AskedLine, Entered, RefundRequest, RefundStatus, workflow_id
from starter.api.auth import Caller
from starter.api.models import (
    ID_PATTERN,
    Body,
    Day,
    InvoiceNumber,
    Kopecks,
    Roubles,
    Shown,
)
from starter.api.models import (
    refused as refused_field,
)
from starter.api.problems import FieldError, Problem, invalid, unavailable
from starter.api.refund.case import UNKNOWN, CaseState, link_to, state_of
from starter.api.refund.refusals import refusal_params, refused
from starter.api.route import CallerIs, CommandId, Processes, Speaks, Stored, router
from starter.api.temporal import LOOK_SECONDS, Cases, case_closed
from texts import Language, say
from workflows.case import CASE_STATUS
from workflows.refund import RefundWorkflow

MAX_TRIES = 3
"""Tries to open a case whose number was taken, by one that has ended, since the count."""
OPENED_BY = "opened_by"
"""The memo of a case that names the command which opened it."""
REFUND_ALREADY_OPEN = "refund_already_open"

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

    @field_validator("lines")
    @classmethod
    def _each_once(cls, lines: list[AskedLineBody] | None) -> list[AskedLineBody] | None:
        if lines and len({line.line_no for line in lines}) < len(lines):
            raise refused_field("line_twice")
        return lines

    @property
    def asked(self) -> tuple[AskedLine, ...]:
        """The lines in their order: equal requests are equal however they were written."""
        ordered = sorted(self.lines or (), key=lambda line: line.line_no)
        return tuple(AskedLine(line.line_no, line.amount) for line in ordered)


class RefundableLine(Shown):
    """What of a line would go back."""

    line_no: int
    title: str
    price: Roubles
    amount: Roubles
    unused_days: int | None = None
    total_days: int | None = None


class Refundable(Shown):
    """What a request would come to now; nothing is started."""

    invoice_number: str
    refundable: bool
    code: str | None = Field(default=None, description="Why not; absent when it is refundable.")
    detail: str | None = None
    open_refund_id: str | None = Field(default=None, description="The case that is open already.")
    amount: Roubles | None = Field(
        default=None, description="The sum, or a proposal to the specialist."
    )
    specialist_reason: SpecialistReason | None = Field(
        default=None, description="Why a specialist would calculate; absent: the sum is automatic."
    )
    lines: list[RefundableLine] = Field(default_factory=list)


@dataclass(frozen=True)
class Grounds:
    """What a request is judged by, as the database had it at one moment."""

    invoice: Invoice
    cases: Sequence[Row]
    policy: RefundPolicy
    today: date

    @property
    def open_refund_id(self) -> str | None:
        """The case of the invoice before its payout, if there is one."""
        before_payout = cases_in.open_cases(self.cases)
        return before_payout[0].id if before_payout else None

    def refusal(self, asked: Sequence[AskedLine], stopped_on: date | None) -> Refusal | None:
        """The first condition that the request does not meet; a sum of nothing is one."""
        found = refusal(self.invoice, asked, self.today, self.policy)
        if found is not None:
            return found
        calculation = self.calculation(asked, stopped_on)
        nothing = calculation.sum_kopecks == 0 and calculation.specialist_reason is None
        return Refusal.NOTHING_TO_REFUND if nothing else None

    def calculation(self, asked: Sequence[AskedLine], stopped_on: date | None) -> Calculation:
        """What the request would come to."""
        inputs = CalculationInputs(self.invoice, tuple(asked), stopped_on or self.today)
        return calculate(inputs, self.policy)


@routes.get(
    "/v1/invoices/{invoice_number}/refundable",
    summary="What of an invoice could be refunded",
)
async def preview_refund(
    invoice_number: Annotated[str, Path(pattern=ID_PATTERN)],
    caller: CallerIs,
    database: Stored,
    language: Speaks,
    stopped_on: Annotated[Day | None, Query()] = None,
) -> Refundable:
    """The conditions and the sum of the whole invoice, without starting anything."""
    grounds = await _grounds(database, caller, invoice_number)
    _check_stopped_on(grounds, stopped_on, FieldError("", field="stopped_on"))
    code = REFUND_ALREADY_OPEN if grounds.open_refund_id else grounds.refusal((), stopped_on)
    if code is not None:
        return _not_refundable(grounds, code, language)
    return _refundable(grounds.invoice, grounds.calculation((), stopped_on))


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
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
    response: Response,
) -> CaseState:
    """Opens a case, or answers with the open one that asks for the same.

    What is not refundable is refused with its reason, and no case is started.
    """
    for _ in range(MAX_TRIES):
        grounds = await _grounds(database, caller, body.invoice_number)
        _check_request(grounds, body)
        request = _request(grounds, body)
        try:
            entered = await _opened(cases, request, command_id)
        except WorkflowAlreadyStartedError:
            continue
        if entered.refusal is not None:
            raise _declined(entered.refusal, grounds, body)
        if grounds.open_refund_id or not await _is_opener(cases, request, command_id):
            response.status_code = HTTPStatus.OK
        response.headers["Location"] = link_to(request.refund_id)
        return state_of(request.refund_id, entered, language)
    raise case_closed()


async def _grounds(database: Database, caller: Caller, invoice_number: str) -> Grounds:
    """What a request is judged by; raises `Problem` 404 for an invoice of somebody else's."""
    now = datetime.now(UTC)
    heads, lines, cases, (policy,) = await database.read(
        *invoices.facts(invoice_number),
        cases_in.of_invoice(invoice_number),
        policies.valid_at(now),
    )
    if not heads or heads[0].client_id != caller.client_id:
        raise Problem("invoice_unknown", HTTPStatus.NOT_FOUND)
    invoice = invoices.invoice_from(heads[0], lines)
    return Grounds(invoice, cases, policies.policy_from(policy), moscow_date(now))


def _check_request(grounds: Grounds, body: RefundBody) -> None:
    """Refuses what is not refundable; with a case open it is the case that judges."""
    _check_stopped_on(grounds, body.stopped_on, FieldError("", pointer="/stopped_on"))
    if grounds.open_refund_id is not None:
        return
    code = grounds.refusal(body.asked, body.stopped_on)
    if code is not None:
        raise refused(code, grounds.invoice, body.asked, grounds.policy)


def _check_stopped_on(grounds: Grounds, stopped_on: date | None, place: FieldError) -> None:
    if stopped_on is None or grounds.invoice.issued_on <= stopped_on <= grounds.today:
        return
    late = stopped_on > grounds.today
    code = "stopped_on_in_future" if late else "stopped_on_before_invoice"
    raise invalid(FieldError(code, pointer=place.pointer, field=place.field))


def _request(grounds: Grounds, body: RefundBody) -> RefundRequest:
    ordinal = cases_in.next_ordinal(grounds.cases)
    return RefundRequest(
        refund_id=workflow_id(grounds.invoice.number, ordinal),
        invoice_number=grounds.invoice.number,
        client_id=grounds.invoice.client_id,
        ordinal=ordinal,
        asked=body.asked,
        stopped_on=body.stopped_on,
    )


async def _opened(cases: Cases, request: RefundRequest, command_id: UUID) -> Entered:
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        RefundWorkflow.run,
        request,
        id=request.refund_id,
        task_queue=cases.task_queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
        search_attributes=TypedSearchAttributes(
            [SearchAttributePair(CASE_STATUS, RefundStatus.CALCULATING)]
        ),
        static_summary=say("ui.refund", invoice_number=request.invoice_number),
        memo={OPENED_BY: str(command_id)},
    )
    look_at = link_to(request.refund_id)
    try:
        entered: Entered = await cases.start_and_ask(
            start, RefundWorkflow.ask, command_id, request, look_at=look_at
        )
    except Problem as problem:
        if problem.code == REFUND_ALREADY_OPEN:
            problem.extra["refund_id"] = request.refund_id
            problem.headers["Location"] = look_at
        raise
    return entered


async def _is_opener(cases: Cases, request: RefundRequest, command_id: UUID) -> bool:
    """Whether it was this command that opened the case, of all that asked for the same at once."""
    client = await cases.client()
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            described = await client.get_workflow_handle(request.refund_id).describe()
            return bool(await described.memo_value(OPENED_BY) == str(command_id))
    except (RPCError, TimeoutError):
        raise unavailable("temporal_unavailable") from None


def _declined(code: str, grounds: Grounds, body: RefundBody) -> Problem:
    """What the case itself found wrong, after the request had looked right."""
    if code == REFUND_ALREADY_OPEN:
        return Problem(REFUND_ALREADY_OPEN, HTTPStatus.CONFLICT)
    return refused(code, grounds.invoice, body.asked, grounds.policy)


def _not_refundable(grounds: Grounds, code: str, language: Language) -> Refundable:
    params = refusal_params(code, grounds.invoice, (), grounds.policy)
    return Refundable(
        invoice_number=grounds.invoice.number,
        refundable=False,
        code=code,
        detail=say(f"error.{code}", language, **params),
        open_refund_id=grounds.open_refund_id,
    )


def _refundable(invoice: Invoice, calculation: Calculation) -> Refundable:
    return Refundable(
        invoice_number=invoice.number,
        refundable=True,
        amount=calculation.sum_kopecks,
        specialist_reason=calculation.specialist_reason,
        lines=[
            RefundableLine(
                line_no=trace.line_no,
                title=trace.title,
                price=trace.price_kopecks,
                amount=trace.result_kopecks,
                unused_days=trace.unused_days,
                total_days=trace.total_days,
            )
            for trace in calculation.lines
        ],
    )
