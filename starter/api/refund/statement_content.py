"""The statement as data: what is hashed and signed, and what is printed from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from db.database import Row
from db.refund.refund import CALCULATION
from domain.billing.requisites import Requisites
from domain.money import VatRate
from domain.payout.payout import Way
from domain.refund.calculation import withheld_of
from domain.refund.refund import RefundKind
from domain.refund.service import ServiceOutcome
from domain.refund.statement import digest
from domain.refund.vat import refunded_of, refunded_vat
from gateways.documents import (
    CodeSignature,
    PaidMoney,
    Party,
    StatementDocument,
    StatementLine,
)
from starter.api.refund.presenters import masked_address
from texts.service import service_words


def content_of(
    case: Row,
    calculation: Row,
    deductions: Sequence[Row],
    requisites: Requisites | None,
    company: str,
    way: Way,
) -> dict[str, Any]:
    """Everything the statement says, as JSON: whatever changes in it changes its digest.

    `requisites` None makes a draft, which nobody can sign. `way` is where the money will go as
    things stand: the client signs that, and that it goes by the requisites where that way is shut.
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


def document_of(content: Mapping[str, Any], signature: CodeSignature | None) -> StatementDocument:
    """The paper that says what the content says, and nothing else."""
    client, requisites, service = content["client"], content["requisites"], content["service"]
    reasons = [deduction["reason"] for deduction in content["deductions"]]
    return StatementDocument(
        refund_id=content["refund_id"],
        company=Party(content["company"]),
        client=Party(client["name"], client["inn"], client["kpp"]),
        invoice_number=content["invoice_number"],
        invoice_date=date.fromisoformat(content["invoice_date"]),
        amount_kopecks=content["sum_kopecks"],
        lines=tuple(
            StatementLine(
                line["title"],
                line["price_kopecks"],
                line["refund_kopecks"],
                VatRate(line["vat_rate"]),
                line["vat_kopecks"],
            )
            for line in content["lines"]
        ),
        account=PaidMoney(
            due_kopecks=content["due_kopecks"],
            paid_kopecks=content["paid_kopecks"],
            earlier_kopecks=content["earlier_kopecks"],
            used_kopecks=content["used_kopecks"],
            withheld_kopecks=content["withheld_kopecks"],
        ),
        vat={VatRate(one["rate"]): one["kopecks"] for one in content["vat"]},
        requisites=None if requisites is None else Requisites(**requisites),
        content_sha256=digest(content),
        withheld_reason="; ".join(reasons) or None,
        signature=signature,
        service=None if service is None else service_words(ServiceOutcome.of(service)),
        of_surplus=content["kind"] == RefundKind.SURPLUS,
        way=Way(content["way"]),
    )


def mark_of(statement: Row) -> CodeSignature | None:
    """The mark of a signature by one-time code; a scan carries its own."""
    if statement.signed_by_address is None:
        return None
    return CodeSignature(statement.signed_at, masked_address(statement.signed_by_address))
