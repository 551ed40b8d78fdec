"""What people decide about a case: calculation, refusal, review, approval, withdrawal, feedback."""

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from db import case as cases_in
from db import invoice as invoices
from db import paper as papers
from db.database import Database, Row
from db.refund import CALCULATION, INPUTS
from domain.calculation import MAX_LINES, Calculation, CalculationInputs, Deduction
from domain.invoice import Invoice
from domain.money import AmountError, parse_amount
from domain.policy import RefundPolicy
from domain.refund import Action, AskedLine, Entered, invoice_number_of
from domain.specialist import (
    MAX_DEDUCTIONS,
    EnteredLine,
    EntryProblem,
    entry_problems,
    specialist_calculation,
)
from starter.api.auth import Caller
from starter.api.models import AMOUNT_PATTERN, Body, Kopecks, Note, refused
from starter.api.problems import FieldError, Problem, invalid
from starter.api.refund.case import (
    UNKNOWN,
    CaseState,
    RefundId,
    decide,
    paper_id,
    require_open,
    seen_by,
    state_of,
)
from starter.api.refund.reading import feedback_refusal
from starter.api.refund.shown import FeedbackShown, feedback_of
from starter.api.route import CallerIs, CommandId, Processes, Speaks, Stored, router
from starter.api.temporal import Cases
from texts import rubles
from workflows.refund import RefundWorkflow

MAX_DEDUCTION_REASON = 500

routes = router("refunds")


def _kopecks_or_nothing(value: Any) -> int:
    try:
        return parse_amount(value)
    except AmountError as error:
        if error.code == "amount_not_positive" and not str(value).startswith("-"):
            return 0
        raise refused(error.code) from None


KopecksOrNothing = Annotated[
    int,
    BeforeValidator(_kopecks_or_nothing),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["0.00"]}),
]
"""A sum of a line, which may be nothing."""


class EnteredLineBody(Body):
    """What goes back of an invoice line; `0.00` gives nothing back."""

    line_no: int = Field(ge=1, le=MAX_LINES)
    amount: KopecksOrNothing


class DeductionBody(Body):
    """Actual expenses kept back."""

    amount: Kopecks
    reason: str = Field(min_length=1, max_length=MAX_DEDUCTION_REASON, pattern=r"\S")


class CalculationBody(Body):
    """A specialist's calculation: every line of the invoice, deductions, and why."""

    lines: list[EnteredLineBody] = Field(min_length=1, max_length=MAX_LINES)
    deductions: list[DeductionBody] = Field(default_factory=list, max_length=MAX_DEDUCTIONS)
    reason: Note

    @property
    def entered(self) -> tuple[EnteredLine, ...]:
        """The lines as the domain knows them."""
        return tuple(EnteredLine(line.line_no, line.amount) for line in self.lines)

    @property
    def kept_back(self) -> tuple[Deduction, ...]:
        """The deductions as the domain knows them."""
        return tuple(Deduction(one.amount, one.reason) for one in self.deductions)


class ReasonBody(Body):
    """Why there is no refund; the client reads it."""

    reason: Note


class RemarksBody(Body):
    """What the client is to put right; the client reads it."""

    remarks: Note


class FeedbackBody(Body):
    """How it went."""

    score: int = Field(ge=1, le=5)
    text: Note | None = None


@routes.post("/v1/refunds/{refund_id}/calculation", summary="Calculate by hand", responses=UNKNOWN)
async def calculate_refund(
    refund_id: RefundId,
    body: CalculationBody,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """Takes a specialist's sum per line, deductions and reason; all of it is kept."""
    calculation_id = paper_id(command_id, "calculation")
    facts = invoices.facts(invoice_number_of(refund_id), except_refund=refund_id)
    heads, decided, invoice_heads, lines = await database.read(
        cases_in.head(refund_id), cases_in.decision(refund_id, calculation_id), *facts
    )
    case = seen_by(caller, heads)
    entered = cases_in.entered_by(decided)
    if entered is None:
        require_open(caller, case.status, Action.CALCULATE)
        inputs = _inputs(case, invoices.invoice_from(invoice_heads[0], lines))
        calculation = _judged(inputs, body, case)
        async with database.transaction() as transaction:
            papers.put_calculation(
                transaction,
                calculation_id,
                refund_id=refund_id,
                calculated_by=caller.login,
                at=datetime.now(UTC),
                inputs=INPUTS.dump_python(inputs, mode="json"),
                trace=CALCULATION.dump_python(calculation, mode="json"),
                reason=body.reason,
                sum_kopecks=calculation.sum_kopecks,
                lines={line.line_no: line.amount for line in body.lines},
                deductions=body.kept_back,
            )
        try:
            entered = await decide(
                cases, RefundWorkflow.calculate, refund_id, caller, command_id, calculation_id
            )
        except Problem as problem:
            problem.params.setdefault("limit", rubles(inputs.invoice.left_kopecks))
            raise
    return state_of(refund_id, entered, language)


@routes.post("/v1/refunds/{refund_id}/decline", summary="Refuse the refund", responses=UNKNOWN)
async def decline_refund(
    refund_id: RefundId,
    body: ReasonBody,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """Ends the case with a reason: a specialist instead of a sum, an accountant of an approval."""
    command = Command(refund_id, caller, command_id, Action.DECLINE, RefundWorkflow.decline)
    return state_of(refund_id, await _decided(command, database, cases, body.reason), language)


@routes.post(
    "/v1/refunds/{refund_id}/acceptance", summary="Accept the statement", responses=UNKNOWN
)
async def accept_statement(
    refund_id: RefundId,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """The signed statement is right: on to the approval above the limit, or to the payout."""
    command = Command(refund_id, caller, command_id, Action.ACCEPT, RefundWorkflow.accept)
    return state_of(refund_id, await _decided(command, database, cases), language)


@routes.post(
    "/v1/refunds/{refund_id}/return",
    summary="Return the statement with remarks",
    responses=UNKNOWN,
)
async def return_statement(
    refund_id: RefundId,
    body: RemarksBody,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """The client reads the remarks and signs a statement anew."""
    command = Command(
        refund_id, caller, command_id, Action.RETURN_STATEMENT, RefundWorkflow.return_statement
    )
    return state_of(refund_id, await _decided(command, database, cases, body.remarks), language)


@routes.post("/v1/refunds/{refund_id}/approval", summary="Let the money go", responses=UNKNOWN)
async def approve_refund(
    refund_id: RefundId,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """Approves a sum above the limit; whoever calculated it is refused."""
    command = Command(refund_id, caller, command_id, Action.APPROVE, RefundWorkflow.approve)
    return state_of(refund_id, await _decided(command, database, cases), language)


@routes.post(
    "/v1/refunds/{refund_id}/withdrawal", summary="Take the request back", responses=UNKNOWN
)
async def withdraw_refund(
    refund_id: RefundId,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
    cases: Processes,
    language: Speaks,
) -> CaseState:
    """Closes the case; until the payout starts the client may do so at any time."""
    command = Command(refund_id, caller, command_id, Action.WITHDRAW, RefundWorkflow.withdraw)
    return state_of(refund_id, await _decided(command, database, cases), language)


@routes.post(
    "/v1/refunds/{refund_id}/feedback",
    summary="Say how it went",
    status_code=HTTPStatus.CREATED,
)
async def leave_feedback(
    refund_id: RefundId,
    body: FeedbackBody,
    caller: CallerIs,
    command_id: CommandId,
    database: Stored,
) -> FeedbackShown:
    """Once, after the case is closed and for as long as its policy says."""
    now = datetime.now(UTC)
    heads, earlier = await database.read(cases_in.head(refund_id), cases_in.feedback_of(refund_id))
    case = seen_by(caller, heads)
    if earlier:
        return _same_feedback(earlier[0], body)
    refusal = feedback_refusal(case, now)
    if refusal is not None:
        raise Problem(refusal, HTTPStatus.CONFLICT)
    if not await papers.put_feedback(database, refund_id, score=body.score, text=body.text, at=now):
        raise Problem("feedback_already_left", HTTPStatus.CONFLICT)
    return FeedbackShown(score=body.score, text=body.text, at=now)


@dataclass(frozen=True)
class Command:
    """A decision on its way to its case."""

    refund_id: str
    caller: Caller
    command_id: UUID
    action: Action
    update: Any


async def _decided(
    command: Command, database: Database, cases: Cases, text: str | None = None
) -> Entered:
    """Puts down what was written and hands the decision to the case; a repeat finds what it did."""
    remark_id = paper_id(command.command_id, "remark")
    heads, decided = await database.read(
        cases_in.head(command.refund_id), cases_in.decision(command.refund_id, remark_id)
    )
    case = seen_by(command.caller, heads)
    entered = cases_in.entered_by(decided)
    if entered is not None:
        return entered
    require_open(command.caller, case.status, command.action)
    if text is not None:
        async with database.transaction() as transaction:
            papers.put_remark(
                transaction,
                remark_id,
                refund_id=command.refund_id,
                author=command.caller.login,
                text=text,
                at=datetime.now(UTC),
            )
    return await decide(
        cases, command.update, command.refund_id, command.caller, command.command_id, remark_id
    )


def _inputs(case: Row, invoice: Invoice) -> CalculationInputs:
    asked = tuple(AskedLine(line["line_no"], line["at_most_kopecks"]) for line in case.asked)
    return CalculationInputs(invoice, asked, case.stopped_on)


def _judged(inputs: CalculationInputs, body: CalculationBody, case: Row) -> Calculation:
    """The entry with its trace; raises `Problem` 422 with everything that is wrong in it."""
    found = entry_problems(inputs, body.entered, body.kept_back)
    if found:
        raise invalid(*map(_field_error, found))
    policy = RefundPolicy.from_document(case.policy_version, case.policy_document)
    return specialist_calculation(inputs, body.entered, body.kept_back, policy)


def _field_error(problem: EntryProblem) -> FieldError:
    field = "line_no" if problem.code in ("lines_unknown", "line_twice") else "amount"
    pointer = "/lines" if problem.place is None else f"/lines/{problem.place}/{field}"
    return FieldError(
        problem.code,
        pointer=pointer,
        params={
            "limit": rubles(problem.limit_kopecks),
            "lines": ", ".join(map(str, problem.line_nos)),
        },
    )


def _same_feedback(earlier: Row, body: FeedbackBody) -> FeedbackShown:
    """The same words again are a repeat; other words come too late."""
    if (earlier.score, earlier.text) != (body.score, body.text):
        raise Problem("feedback_already_left", HTTPStatus.CONFLICT)
    return feedback_of(earlier)
