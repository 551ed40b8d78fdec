"""A specialist's calculation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.billing import invoice as invoices
from db.database import Transaction
from db.refund import limits as refund_limits
from db.refund import reads as cases_in
from db.refund import submission as submissions
from db.refund.refund import CALCULATION, INPUTS
from db.refund.rows import RefundHead
from db.subscription import term
from domain.billing.invoice import Invoice
from domain.calendar.bank_calendar import moscow_date
from domain.refund.calculation import Calculation, CalculationInputs, Deduction
from domain.refund.limits import OtherRefunds
from domain.refund.line import UseAfterStop
from domain.refund.manual_calculation import (
    EnteredLine,
    EntryProblem,
    ServiceDecision,
    entry_problems,
    left_of,
    service_problem,
    specialist_calculation,
)
from domain.refund.policy import RefundPolicy
from domain.refund.refund import (
    Action,
    AskedLine,
    RefundKind,
    TransitionResult,
    invoice_number_of,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import decide, require_open, submission_id
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.commands.services import Services
from texts import day, rubles
from workflows.refund import RefundWorkflow


@dataclass(frozen=True)
class CalculationEntered:
    """A specialist's sum per line, deductions and reason; `service` None: no service outcome was
    chosen.
    """

    lines: tuple[EnteredLine, ...]
    deductions: tuple[Deduction, ...]
    reason: str
    service: ServiceDecision | None


@command
async def calculate_refund(
    services: Services,
    caller: Caller,
    command_id: UUID,
    refund_id: str,
    entered: CalculationEntered,
) -> TransitionResult:
    """Stores a specialist's calculation and hands it to the case.

    Refused as `invalid` with every error in it.
    """
    calculation_id, now = submission_id(command_id, "calculation"), datetime.now(UTC)
    number = invoice_number_of(refund_id)
    heads, decided, invoice, lines, beside, use = await services.database.read(
        cases_in.head(refund_id),
        cases_in.decision(refund_id, calculation_id),
        *invoices.facts(number, except_refund=refund_id),
        refund_limits.other_refunds(number, now, except_refund=refund_id),
        term.use_after_stop_of(refund_id, moscow_date(now)),
    )
    case = require_visible(caller, heads)
    result = cases_in.result_in(decided)
    if result is not None:
        return result
    require_open(caller, case.status, Action.CALCULATE)
    inputs = _inputs(
        case,
        invoices.invoice_from(invoice[0], lines),
        refund_limits.others_from(beside),
        term.use_from(use),
    )
    calculation = _judged(inputs, entered, case)
    async with services.database.transaction() as transaction:
        _keep(transaction, calculation_id, case, caller, entered, inputs, calculation)
    try:
        return await decide(
            services, RefundWorkflow.calculate, refund_id, caller, command_id, calculation_id
        )
    except Refusal as refusal:
        refusal.params.setdefault("limit", rubles(left_of(inputs)))
        raise


def _keep(
    transaction: Transaction,
    calculation_id: UUID,
    case: RefundHead,
    caller: Caller,
    entered: CalculationEntered,
    inputs: CalculationInputs,
    calculation: Calculation,
) -> None:
    """Stores the calculation with all its inputs."""
    submissions.put_calculation(
        transaction,
        calculation_id,
        refund_id=case.id,
        calculated_by=caller.login,
        at=datetime.now(UTC),
        inputs=INPUTS.dump_python(inputs, mode="json"),
        trace=CALCULATION.dump_python(calculation, mode="json"),
        reason=entered.reason,
        sum_kopecks=calculation.sum_kopecks,
        service=calculation.service,
        lines=calculation.lines,
        deductions=entered.deductions,
    )


def _inputs(
    case: RefundHead, invoice: Invoice, others: OtherRefunds, use: UseAfterStop | None
) -> CalculationInputs:
    """The inputs as of now: the invoice, other refunds of it, usage since the day of stopping."""
    asked = tuple(AskedLine(line["line_no"], line["at_most_kopecks"]) for line in case.asked)
    kind = RefundKind(case.kind)
    return CalculationInputs(invoice, asked, case.stopped_on, kind, others.client_kopecks, use)


def _judged(
    inputs: CalculationInputs, entered: CalculationEntered, case: RefundHead
) -> Calculation:
    """The validated calculation with its trace."""
    found = entry_problems(inputs, entered.lines, entered.deductions)
    of_service = service_problem(inputs, entered.service)
    if found or of_service is not None:
        raise invalid(*map(_field_error, found), *_service_errors(of_service))
    policy = RefundPolicy.from_document(case.policy_version, case.policy_document)
    stops_on = None if entered.service is None else entered.service.stops_on
    return specialist_calculation(inputs, entered.lines, entered.deductions, policy, stops_on)


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
