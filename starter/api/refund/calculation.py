"""A specialist's calculation over HTTP."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from db.billing import invoice as invoices
from db.database import Row, Transaction
from db.refund import limits as refund_limits
from db.refund import reads as cases_in
from db.refund import submission as papers
from db.refund.refund import CALCULATION, INPUTS
from db.subscription import term
from domain.calendar.bank_calendar import moscow_date
from domain.money import AmountError, parse_amount
from domain.refund.calculation import MAX_LINES, Calculation, CalculationInputs, Deduction
from domain.refund.manual_calculation import (
    MAX_DEDUCTIONS,
    EnteredLine,
    EntryProblem,
    ServiceWord,
    entry_problems,
    left_of,
    service_problem,
    specialist_calculation,
)
from domain.refund.policy import RefundPolicy
from domain.refund.refund import Action, AskedLine, RefundKind, invoice_number_of
from starter.api.http.auth import Caller
from starter.api.http.models import AMOUNT_PATTERN, Body, Day, Kopecks, Line, Note, refused
from starter.api.http.problems import FieldError, Problem, invalid
from starter.api.http.route import (
    CommandId,
    CurrentCaller,
    DatabaseDep,
    LanguageDep,
    TemporalDep,
    router,
)
from starter.api.refund.case import (
    UNKNOWN,
    CaseState,
    RefundId,
    decide,
    require_open,
    require_visible,
    state_of,
    submission_id,
)
from texts import day, rubles
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
    reason: Line = Field(min_length=1, max_length=MAX_DEDUCTION_REASON, pattern=r"\S")


class CalculationBody(Body):
    """A specialist's calculation: every line of the invoice, deductions, and why. Of a surplus no
    lines: all of it goes back, less the deductions.
    """

    lines: list[EnteredLineBody] = Field(default_factory=list, max_length=MAX_LINES)
    deductions: list[DeductionBody] = Field(default_factory=list, max_length=MAX_DEDUCTIONS)
    reason: Note
    service_stops_on: Day | None = Field(
        default=None,
        description=(
            "The first day on which the subscription's term is no longer served; null: it goes on."
            " Required where the invoice sold a term that is served here."
        ),
    )

    @property
    def service(self) -> ServiceWord | None:
        """The word on the service; None where nothing was said, not even that it goes on."""
        said = "service_stops_on" in self.model_fields_set
        return ServiceWord(self.service_stops_on) if said else None

    @property
    def result(self) -> tuple[EnteredLine, ...]:
        """The lines as the domain knows them."""
        return tuple(EnteredLine(line.line_no, line.amount) for line in self.lines)

    @property
    def kept_back(self) -> tuple[Deduction, ...]:
        """The deductions as the domain knows them."""
        return tuple(Deduction(one.amount, one.reason) for one in self.deductions)


@routes.post("/v1/refunds/{refund_id}/calculation", summary="Calculate by hand", responses=UNKNOWN)
async def calculate_refund(
    refund_id: RefundId,
    body: CalculationBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    cases: TemporalDep,
    language: LanguageDep,
) -> CaseState:
    """Takes a specialist's sum per line, deductions and reason; all of it is kept."""
    calculation_id, now = submission_id(command_id, "calculation"), datetime.now(UTC)
    number = invoice_number_of(refund_id)
    heads, decided, *facts = await database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, calculation_id),
        *invoices.facts(number, except_refund=refund_id),
        refund_limits.going_back(number, now, except_refund=refund_id),
        term.use_after_stop_of(refund_id, moscow_date(now)),
    )
    case = require_visible(caller, heads)
    result = cases_in.entered_by(decided)
    if result is None:
        require_open(caller, case.status, Action.CALCULATE)
        inputs = _inputs(case, facts)
        calculation = _judged(inputs, body, case)
        async with database.transaction() as transaction:
            _keep(transaction, calculation_id, case, caller, body, inputs, calculation)
        try:
            result = await decide(
                cases,
                database,
                RefundWorkflow.calculate,
                refund_id,
                caller,
                command_id,
                calculation_id,
            )
        except Problem as problem:
            problem.params.setdefault("limit", rubles(left_of(inputs)))
            raise
    return state_of(refund_id, result, language)


def _keep(
    transaction: Transaction,
    calculation_id: UUID,
    case: Row,
    caller: Caller,
    body: CalculationBody,
    inputs: CalculationInputs,
    calculation: Calculation,
) -> None:
    """Puts down the calculation with all that it was made from."""
    papers.put_calculation(
        transaction,
        calculation_id,
        refund_id=case.id,
        calculated_by=caller.login,
        at=datetime.now(UTC),
        inputs=INPUTS.dump_python(inputs, mode="json"),
        trace=CALCULATION.dump_python(calculation, mode="json"),
        reason=body.reason,
        sum_kopecks=calculation.sum_kopecks,
        service=calculation.service,
        lines=calculation.lines,
        deductions=body.kept_back,
    )


def _inputs(case: Row, facts: Sequence[Sequence[Row]]) -> CalculationInputs:
    """What is known now: the invoice, what else goes back, use since the client stopped."""
    (head,), lines, beside, use = facts
    asked = tuple(AskedLine(line["line_no"], line["at_most_kopecks"]) for line in case.asked)
    return CalculationInputs(
        invoices.invoice_from(head, lines),
        asked,
        case.stopped_on,
        RefundKind(case.kind),
        refund_limits.others_from(beside).client_kopecks,
        term.use_from(use),
    )


def _judged(inputs: CalculationInputs, body: CalculationBody, case: Row) -> Calculation:
    """The entry with its trace; raises `Problem` 422 with everything that is wrong in it."""
    found = entry_problems(inputs, body.result, body.kept_back)
    of_service = service_problem(inputs, body.service)
    if found or of_service is not None:
        raise invalid(*map(_field_error, found), *_service_errors(of_service))
    policy = RefundPolicy.from_document(case.policy_version, case.policy_document)
    return specialist_calculation(
        inputs, body.result, body.kept_back, policy, body.service_stops_on
    )


def _service_errors(problem: EntryProblem | None) -> Iterator[FieldError]:
    if problem is None:
        return
    term = problem.term
    days = {} if term is None else {"starts": day(term.starts_on), "until": day(term.ends_on)}
    yield FieldError(problem.code, pointer="/service_stops_on", params=days)


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
