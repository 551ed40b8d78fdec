"""The statement: the client's requisites, and the paper they make."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import Response
from pydantic import Field

from db.database import Row
from db.refund import reads as cases_in
from db.refund import statement as statements_in
from domain.billing.requisites import ClientKind, Requisites, problems
from domain.billing.requisites import Problem as RequisitesProblem
from domain.payout.payout import Way
from domain.refund.refund import Action
from domain.refund.statement import digest
from gateways.documents import StatementDocument, statement_pdf
from starter.api.http.models import Body, Roubles, Shown, Written
from starter.api.http.problems import FieldError, Problem, documented, invalid
from starter.api.http.route import CommandId, CurrentCaller, DatabaseDep, SettingsDep, router
from starter.api.refund.case import RefundId, link_to, require_open, require_visible, submission_id
from starter.api.refund.statement_content import content_of, document_of, mark_of
from starter.api.refund.way import foretold, way_facts

MAX_REQUISITE_LENGTH = 300
"""Characters of one requisite that are looked at; what a payment order carries is judged after."""

routes = router("refunds")


class RequisitesBody(Body):
    """Where to pay, as the client writes it; everything that is wrong is told at once."""

    recipient_name: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["ООО «Ромашка»"])
    inn: Written | None = Field(
        default=None, max_length=MAX_REQUISITE_LENGTH, examples=["7707083893"]
    )
    kpp: Written | None = Field(
        default=None, max_length=MAX_REQUISITE_LENGTH, examples=["770701001"]
    )
    bic: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["044525225"])
    account: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["40702810638000000000"])
    bank_name: Written = Field(max_length=MAX_REQUISITE_LENGTH, examples=["ПАО Сбербанк"])
    correspondent_account: Written | None = Field(
        default=None, max_length=MAX_REQUISITE_LENGTH, examples=["30101810400000000225"]
    )


class StatementDrawnUp(Shown):
    """A statement that waits for its signature."""

    id: UUID
    sha256: str = Field(description="Of everything the statement says; the signature binds it.")
    amount: Roubles
    pdf: str = Field(description="Where the paper is.")
    code: str = Field(description="Where a one-time code is asked for.")
    scan: str = Field(description="Where a signed scan goes.")


@routes.put("/v1/refunds/{refund_id}/statement", summary="Enter the requisites")
async def write_statement(
    refund_id: RefundId,
    body: RequisitesBody,
    caller: CurrentCaller,
    command_id: CommandId,
    database: DatabaseDep,
    settings: SettingsDep,
) -> StatementDrawnUp:
    """Draws the statement up anew; what was signed before stays signed, but no longer counts."""
    heads, calculations, deductions, *paid_by = await database.read(
        cases_in.head(refund_id),
        cases_in.calculation(refund_id),
        cases_in.deductions(refund_id),
        *way_facts(refund_id),
    )
    case = require_visible(caller, heads)
    require_open(caller, case.status, Action.ENTER_REQUISITES)
    requisites = Requisites(**body.model_dump())
    _check(requisites, case)
    (calculation,) = calculations
    way = _way(case, *paid_by)
    content = content_of(case, calculation, deductions, requisites, settings.company, way)
    statement_id, sha256 = submission_id(command_id, "statement"), digest(content)
    async with database.transaction() as transaction:
        statements_in.draw_up(
            transaction,
            statement_id,
            refund_id=refund_id,
            calculation_id=calculation.id,
            requisites=requisites,
            content=content,
            content_sha256=sha256,
            at=datetime.now(UTC),
        )
    return _drawn_up(refund_id, statement_id, sha256, calculation.sum_kopecks)


@routes.get(
    "/v1/refunds/{refund_id}/statement.pdf",
    summary="The statement as a paper",
    response_class=Response,
    responses={
        200: {
            "description": "The paper; the same statement is the same bytes.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        },
        **documented(HTTPStatus.CONFLICT),
    },
)
async def read_statement_pdf(
    refund_id: RefundId, caller: CurrentCaller, database: DatabaseDep, settings: SettingsDep
) -> Response:
    """The newest statement; before the requisites are entered, a draft to fill in by hand."""
    heads, calculations, deductions, statements, *paid_by = await database.read(
        cases_in.head(refund_id),
        cases_in.calculation(refund_id),
        cases_in.deductions(refund_id),
        statements_in.latest(refund_id),
        *way_facts(refund_id),
    )
    case = require_visible(caller, heads)
    if case.calculation_id is None:
        raise Problem("calculation_not_ready", HTTPStatus.CONFLICT)
    if statements:
        document = document_of(statements[0].content, mark_of(statements[0]))
    else:
        way = _way(case, *paid_by)
        draft = content_of(case, calculations[0], deductions, None, settings.company, way)
        document = document_of(draft, None)
    return await _paper(document)


def _way(case: Row, payments: Sequence[Row], attempts: Sequence[Row]) -> Way:
    """Where the money will go; a case that ended unpaid says the requisites, as its paper would."""
    return foretold(case, payments, attempts) or Way.ACCOUNT


async def _paper(document: StatementDocument) -> Response:
    pdf = await asyncio.to_thread(statement_pdf, document)
    name = f"statement-{document.refund_id}.pdf"
    return Response(
        pdf,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _check(requisites: Requisites, case: Row) -> None:
    found = problems(
        requisites,
        client_kind=ClientKind(case.client_kind),
        client_name=case.client_name,
        client_inn=case.client_inn,
    )
    if found:
        raise invalid(*_field_errors(found))


def _field_errors(found: Iterable[RequisitesProblem]) -> Iterable[FieldError]:
    return (FieldError(problem.code, pointer=f"/{problem.field}") for problem in found)


def _drawn_up(
    refund_id: str, statement_id: UUID, sha256: str, sum_kopecks: int
) -> StatementDrawnUp:
    here = link_to(refund_id)
    return StatementDrawnUp(
        id=statement_id,
        sha256=sha256,
        amount=sum_kopecks,
        pdf=f"{here}/statement.pdf",
        code=f"{here}/statement/code",
        scan=f"{here}/statement/scan",
    )
