"""A refund's calculation as the API answers it."""

from collections.abc import Sequence

from db.refund.refund import CALCULATION, INPUTS
from db.refund.rows import CalculationRow, DeductionRow
from db.refund.submission import SPECIALIST
from domain.access.roles import OUTSIDERS, SYSTEM, Role
from domain.billing.invoice import InvoiceLine
from domain.money import VatRate
from domain.refund.calculation import Calculation, CalculationInputs, calculate, withheld_of
from domain.refund.line import LineTrace, UseAfterStop
from domain.refund.policy import RefundPolicy
from starter.caller import Caller
from starter.presentation.refund.calculation_schemas import (
    CalculationShown,
    DeductionShown,
    LineShown,
    OverrideShown,
    ServiceShown,
    UseShown,
)
from starter.presentation.refund.presenters import login_of
from starter.presentation.refund.steps import steps_of
from texts import Language, translate


def calculation_of(
    row: CalculationRow,
    deductions: Sequence[DeductionRow],
    policy: RefundPolicy,
    caller: Caller,
    language: Language,
    *,
    holds: bool,
) -> CalculationShown:
    """A calculation as the caller may see it: a client sees that a specialist made it, not who.

    What the rules give is computed again from the stored inputs, which are those of the sum.
    """
    trace = CALCULATION.validate_python(row.trace)
    inputs = INPUTS.validate_python(row.inputs)
    proposal = calculate(inputs, policy)
    by = SYSTEM if row.calculated_by == SYSTEM else Role.SPECIALIST
    return CalculationShown(
        id=row.id,
        kind=row.kind,
        holds=holds,
        by=by,
        login=login_of(row.calculated_by, caller),
        at=row.at,
        policy_version=trace.policy_version,
        left=trace.left_kopecks,
        lines=_lines(trace, inputs, proposal, caller, language),
        deductions=[
            DeductionShown(amount=deduction.amount_kopecks, reason=deduction.reason)
            for deduction in deductions
        ],
        due=trace.due_kopecks,
        paid=trace.paid_kopecks,
        returned_before=trace.earlier_kopecks,
        used=trace.used_kopecks,
        withheld=withheld_of(trace, [deduction.amount_kopecks for deduction in deductions]),
        others_of_invoice=_to_staff(trace.others.invoice_kopecks, caller),
        others_of_client=_to_staff(trace.others.client_kopecks, caller),
        use_after_stop=_use(trace.use_after_stop),
        specialist_reason=trace.specialist_reason,
        reason=row.reason,
        sum=row.sum_kopecks,
        override=_override(row, proposal, caller),
        service=ServiceShown.of(trace.service, language),
    )


def _override(row: CalculationRow, proposal: Calculation, caller: Caller) -> OverrideShown | None:
    if row.kind != SPECIALIST or caller.role in OUTSIDERS:
        return None
    difference = row.sum_kopecks - proposal.sum_kopecks
    return OverrideShown(
        proposed=proposal.sum_kopecks, more=max(0, difference), less=max(0, -difference)
    )


def _lines(
    trace: Calculation,
    inputs: CalculationInputs,
    proposal: Calculation,
    caller: Caller,
    language: Language,
) -> list[LineShown]:
    """The lines; staff see what the rules give of each, and how."""
    of_invoice = {line.line_no: line for line in inputs.invoice.lines}
    proposed = {line.line_no: line for line in proposal.lines}
    shown = [_line(kept, of_invoice[kept.line_no], language) for kept in trace.lines]
    if caller.role in OUTSIDERS:
        return shown
    for place, kept in enumerate(trace.lines):
        line, by_rule = of_invoice[kept.line_no], proposed.get(kept.line_no)
        told = {
            "proposed": 0 if by_rule is None else by_rule.result_kopecks,
            "steps": steps_of(line, by_rule, kept, trace.policy_version, language),
        }
        shown[place] = shown[place].model_copy(update=told)
    return shown


def _to_staff(kopecks: int, caller: Caller) -> int | None:
    return None if caller.role in OUTSIDERS else kopecks


def _use(use: UseAfterStop | None) -> UseShown | None:
    if use is None:
        return None
    return UseShown(
        reported_on=use.reported_on, units_before=use.units_before, units_after=use.units_after
    )


def _line(trace: LineTrace, line: InvoiceLine, language: Language) -> LineShown:
    return LineShown(
        line_no=trace.line_no,
        title=trace.title,
        rule=trace.rule,
        rule_title=translate(f"rule.{trace.rule}", language),
        price=trace.price_kopecks,
        earlier=trace.earlier_kopecks,
        asked=trace.asked_kopecks,
        stopped_on=trace.stopped_on,
        unused_days=trace.unused_days,
        total_days=trace.total_days,
        vat_rate=VatRate(trace.vat_rate),
        vat=trace.vat_kopecks,
        used=trace.used_kopecks,
        result=trace.result_kopecks,
        specialist_reason=trace.specialist_reason,
        period_start=line.period_start,
        period_end=line.period_end,
    )
