"""The statement as data: what is hashed and signed."""

from collections.abc import Sequence
from typing import Any

from db.refund.refund import CALCULATION
from db.refund.rows import CalculationRow, DeductionRow, RefundHead
from domain.billing.requisites import Requisites
from domain.payout.payout import Way
from domain.refund.calculation import withheld_of
from domain.refund.vat import refunded_of, refunded_vat


def content_of(
    case: RefundHead,
    calculation: CalculationRow,
    deductions: Sequence[DeductionRow],
    requisites: Requisites | None,
    company: str,
    way: Way,
) -> dict[str, Any]:
    """The whole content of the statement as JSON: any difference changes its digest.

    `requisites` None makes a draft, which cannot be signed. `way` is the channel expected now: the
    client signs it, and that the requisites are used when that channel is closed.
    """
    trace = CALCULATION.validate_python(calculation.trace)
    return {
        "refund_id": case.id,
        "company": company,
        "client": {
            "id": case.client_id,
            "kind": case.client_kind,
            "name": case.client_name,
            "inn": case.client_inn,
            "kpp": case.client_kpp,
        },
        "kind": case.kind,
        "invoice_number": case.invoice_number,
        "invoice_date": case.invoice_issued_on.isoformat(),
        "calculation_id": str(calculation.id),
        "policy_version": trace.policy_version,
        "lines": [
            {
                "line_no": line.line_no,
                "title": line.title,
                "price_kopecks": line.price_kopecks,
                "refund_kopecks": line.result_kopecks,
                "vat_rate": line.vat_rate,
                "vat_kopecks": line.vat_kopecks,
            }
            for line in trace.lines
        ],
        "due_kopecks": trace.due_kopecks,
        "paid_kopecks": trace.paid_kopecks,
        "earlier_kopecks": trace.earlier_kopecks,
        "used_kopecks": trace.used_kopecks,
        "withheld_kopecks": withheld_of(trace, [row.amount_kopecks for row in deductions]),
        "vat": [
            {"rate": rate, "kopecks": kopecks}
            for rate, kopecks in refunded_vat(
                calculation.sum_kopecks, [refunded_of(line) for line in trace.lines]
            ).items()
        ],
        "deductions": [
            {"amount_kopecks": row.amount_kopecks, "reason": row.reason} for row in deductions
        ],
        "sum_kopecks": calculation.sum_kopecks,
        "service": None if trace.service is None else trace.service.content,
        "way": way,
        "requisites": None if requisites is None else vars(requisites),
    }
