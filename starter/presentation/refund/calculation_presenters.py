"""A refund's calculation as the API answers it."""

from collections.abc import Sequence

from db.refund.refund import CALCULATION
from db.refund.rows import CalculationRow, DeductionRow
from domain.access.roles import OUTSIDERS, SYSTEM, Role
from domain.money import VatRate
from domain.refund.calculation import withheld_of
from domain.refund.line import LineTrace, UseAfterStop
from starter.caller import Caller
from starter.presentation.refund.presenters import login_of
from starter.presentation.refund.schemas import (
    CalculationShown,
    DeductionShown,
    LineShown,
    ServiceShown,
    UseShown,
)
from texts import Language, translate


def calculation_of(
    row: CalculationRow,
    deductions: Sequence[DeductionRow],
    caller: Caller,
    language: Language,
    *,
    holds: bool,
) -> CalculationShown:
    """A calculation as the caller may see it: a client sees that a specialist made it, not who."""
    trace = CALCULATION.validate_python(row.trace)
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
        lines=[_line(line, language) for line in trace.lines],
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
        service=ServiceShown.of(trace.service, language),
    )


def _to_staff(kopecks: int, caller: Caller) -> int | None:
    return None if caller.role in OUTSIDERS else kopecks


def _use(use: UseAfterStop | None) -> UseShown | None:
    if use is None:
        return None
    return UseShown(
        reported_on=use.reported_on, units_before=use.units_before, units_after=use.units_after
    )


def _line(trace: LineTrace, language: Language) -> LineShown:
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
    )
