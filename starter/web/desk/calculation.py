"""The form of a specialist's calculation: what it offers, and what was entered in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from db.billing import invoice as invoices
from domain.billing.invoice import InvoiceLine, SoldTerm
from domain.refund.calculation import MAX_DEDUCTION_REASON, MAX_LINES, Deduction
from domain.refund.manual_calculation import EnteredLine, ServiceDecision
from domain.refund.refund import RefundKind
from domain.refund.service import term_of
from starter.commands.refund.calculate import CalculationEntered
from starter.commands.refusal import FieldError, Refusal, invalid
from starter.presentation.refund.schemas import CaseInFull
from starter.web.http.amounts import kopecks_in
from starter.web.http.forms import Form
from starter.web.http.visit import Visit

DEDUCTIONS_SHOWN = 4
"""Rows for deductions in the form."""
REASON = "reason"
SERVICE, GOES_ON = "service", "goes_on"
STOPS_ON = "service_stops_on"
DEDUCTION = "deduction"


@dataclass(frozen=True)
class EntryLine:
    """A line to enter a sum for: what may still be refunded of it, and what the policy proposes."""

    line: InvoiceLine
    left_kopecks: int
    proposed_kopecks: int


@dataclass(frozen=True)
class Entry:
    """What the form of a calculation is filled in for. `term` is what we serve for the invoice."""

    lines: Sequence[EntryLine]
    deductions: Sequence[int]
    term: SoldTerm | None


async def entry_of(visit: Visit, case: CaseInFull) -> Entry:
    """The lines of the case's invoice; of a surplus none, since all of it goes back."""
    if case.kind is RefundKind.SURPLUS:
        return Entry((), range(DEDUCTIONS_SHOWN), None)
    (head,), rows = await visit.database.read(
        *invoices.facts(case.invoice_number, except_refund=case.id)
    )
    invoice = invoices.invoice_from(head, rows)
    calculation = case.calculation
    proposed = {} if calculation is None else {one.line_no: one for one in calculation.lines}
    lines = [
        EntryLine(
            line,
            line.sum_kopecks - line.promised_kopecks,
            proposed[line.line_no].result if line.line_no in proposed else 0,
        )
        for line in invoice.lines
    ]
    return Entry(lines, range(DEDUCTIONS_SHOWN), term_of(invoice))


def entered_in(form: Form) -> CalculationEntered:
    """What was entered; raises `Refusal` with every sum and day that cannot be read."""
    wrong: list[FieldError] = []
    lines = tuple(_lines(form, wrong))
    deductions = tuple(_deductions(form, wrong))
    reason = form.note(REASON)
    if not reason:
        wrong.append(FieldError("page_reason_missing", field=REASON))
    service = _service(form, wrong)
    if wrong:
        raise invalid(*wrong)
    return CalculationEntered(lines, deductions, reason, service)


def named_as_fields(refusal: Refusal, entered: CalculationEntered) -> Refusal:
    """The same refusal with each error at the field of the form that it is about."""
    refusal.fields = tuple(_at_field(one, entered) for one in refusal.fields)
    return refusal


def _at_field(error: FieldError, entered: CalculationEntered) -> FieldError:
    match (error.pointer or "").strip("/").split("/"):
        case ["lines", place, _]:
            line_no = entered.lines[int(place)].line_no
        case ["lines"] if entered.lines:
            line_no = entered.lines[0].line_no
        case _:
            return error
    return replace(error, pointer=None, field=f"line-{line_no}")


def _lines(form: Form, wrong: list[FieldError]) -> Iterator[EnteredLine]:
    for line_no in range(1, MAX_LINES + 1):
        name = f"line-{line_no}"
        if name in form.fields:
            yield EnteredLine(line_no, kopecks_in(form, name, wrong, or_nothing=True))


def _deductions(form: Form, wrong: list[FieldError]) -> Iterator[Deduction]:
    for place in range(DEDUCTIONS_SHOWN):
        name = f"{DEDUCTION}-{place}"
        try:
            reason = form.short_note(f"{name}-reason", MAX_DEDUCTION_REASON)
        except Refusal as refusal:
            wrong.extend(refusal.fields)
            continue
        if not form.line(name) and not reason:
            continue
        kopecks = kopecks_in(form, name, wrong)
        if not reason:
            wrong.append(FieldError("page_reason_missing", field=f"{name}-reason"))
        yield Deduction(kopecks, reason)


def _service(form: Form, wrong: list[FieldError]) -> ServiceDecision | None:
    """What becomes of the service; None where the form says nothing of it."""
    match form.typed(SERVICE):
        case "":
            return None
        case value if value == GOES_ON:
            return ServiceDecision(None)
    try:
        return ServiceDecision(date.fromisoformat(form.line(STOPS_ON)))
    except ValueError:
        wrong.append(FieldError("day_not_iso", field=STOPS_ON))
        return None
