"""The printed statement: its content as text, and the mark of its signature."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from db.database import Database
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.rows import StatementRow
from domain.access.requisites_read import ShownAs
from domain.billing.requisites import Requisites
from domain.money import VatRate
from domain.payout.payout import Way
from domain.refund.refund import RefundKind
from domain.refund.service import ServiceOutcome
from domain.refund.statement import digest
from gateways.documents import (
    CodeSignature,
    PaidMoney,
    Party,
    StatementDocument,
    StatementLine,
)
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.refund.statement_content import content_of
from starter.commands.refund.way import way_facts, way_on_statement
from starter.commands.refusal import conflict
from starter.presentation.refund.presenters import masked_address
from starter.presentation.requisites import record_read
from texts.service import service_words


async def newest_document(
    database: Database, caller: Caller, refund_id: str, company: str
) -> StatementDocument:
    """The newest statement; before the requisites are entered, a draft to fill in by hand.

    Raises `Refusal`: `not_found`, `calculation_not_ready`.
    """
    heads, calculations, deductions, statements, payments, attempts = await database.read(
        cases_in.head(refund_id),
        cases_in.calculation(refund_id),
        cases_in.deductions(refund_id),
        statements_in.latest(refund_id),
        *way_facts(refund_id),
    )
    case = require_visible(caller, heads)
    if case.calculation_id is None:
        raise conflict("calculation_not_ready")
    await record_read(database, caller, refund_id, ShownAs.STATEMENT)
    if statements:
        return document_of(statements[0].content, mark_of(statements[0]))
    way = way_on_statement(case, payments, attempts)
    draft = content_of(case, calculations[0], deductions, None, company, way)
    return document_of(draft, None)


def document_of(content: Mapping[str, Any], signature: CodeSignature | None) -> StatementDocument:
    """The document with exactly the statement's content."""
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


def mark_of(statement: StatementRow) -> CodeSignature | None:
    """The mark of a signature by one-time code; a scan needs none."""
    at, address = statement.signed_at, statement.signed_by_address
    return None if at is None or address is None else CodeSignature(at, masked_address(address))
