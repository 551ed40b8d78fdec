"""The statement: the client's requisites, and the document made of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from db.refund import reads as cases_in
from db.refund import statement as statements_in
from db.refund.rows import RefundHead
from domain.billing.requisites import ClientKind, Requisites, problems
from domain.refund.refund import Action
from domain.refund.statement import digest
from starter.access import require_visible
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.refund.case import require_open, submission_id
from starter.commands.refund.statement_content import content_of
from starter.commands.refund.way import way_facts, way_on_statement
from starter.commands.refusal import FieldError, invalid
from starter.commands.services import Services


@dataclass(frozen=True)
class StatementWritten:
    """A statement that waits for its signature, which signs the digest."""

    statement_id: UUID
    sha256: str
    sum_kopecks: int


@command
async def write_statement(
    services: Services, caller: Caller, command_id: UUID, refund_id: str, requisites: Requisites
) -> StatementWritten:
    """Creates a new statement; an earlier signature is kept but is no longer valid."""
    heads, calculations, deductions, payments, attempts = await services.database.read(
        cases_in.head(refund_id),
        cases_in.calculation(refund_id),
        cases_in.deductions(refund_id),
        *way_facts(refund_id),
    )
    case = require_visible(caller, heads)
    require_open(caller, case.status, Action.ENTER_REQUISITES)
    require_valid(requisites, case)
    (calculation,) = calculations
    way = way_on_statement(case, payments, attempts)
    content = content_of(case, calculation, deductions, requisites, services.settings.company, way)
    statement_id, sha256 = submission_id(command_id, "statement"), digest(content)
    async with services.database.transaction() as transaction:
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
    return StatementWritten(statement_id, sha256, calculation.sum_kopecks)


def require_valid(requisites: Requisites, case: RefundHead) -> None:
    """Raises `Refusal` with an error for each field that is wrong for the client of this case."""
    found = problems(
        requisites,
        client_kind=ClientKind(case.client_kind),
        client_name=case.client_name,
        client_inn=case.client_inn,
    )
    if found:
        raise invalid(*(FieldError(one.code, pointer=f"/{one.field}") for one in found))
