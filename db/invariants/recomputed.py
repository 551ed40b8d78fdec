"""Repeats stored calculations and signature digests from their stored inputs."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, func, select, text

from db.database import Database
from db.query import TypedStatement, row, typed
from db.refund.refund import CALCULATION, INPUTS
from db.tables import (
    calculation_deductions,
    calculation_lines,
    calculations,
    policies,
    signatures,
    statements,
)
from domain.refund.calculation import Calculation, Deduction, calculate
from domain.refund.manual_calculation import EnteredLine, specialist_calculation
from domain.refund.policy import RefundPolicy
from domain.refund.statement import digest

BATCH = 200
"""Calculations or signatures read at once."""


@row
class PolicyVersion:
    """A version of the refund policy."""

    version: int
    document: dict[str, Any]


@row
class StoredCalculation:
    """A calculation with the results of its lines and its deductions."""

    id: UUID
    refund_id: str
    kind: str
    inputs: dict[str, Any]
    trace: dict[str, Any]
    sum_kopecks: int
    service_stops_on: date | None
    lines: dict[str, Any]
    deductions: list[int] | None


@row
class StoredSignature:
    """A signature, and the content of the statement that it signs."""

    id: UUID
    signed_sha256: str
    refund_id: str
    content: dict[str, Any]
    content_sha256: str


StoredT = TypeVar("StoredT", StoredCalculation, StoredSignature)

_POLICIES = typed(
    PolicyVersion,
    select(policies.c.version, policies.c.document).where(policies.c.kind == "refund"),
)
_CALCULATIONS = typed(
    StoredCalculation,
    select(
        *calculations.c[
            "id", "refund_id", "kind", "inputs", "trace", "sum_kopecks", "service_stops_on"
        ],
        select(
            func.coalesce(
                func.jsonb_object_agg(calculation_lines.c.line_no, calculation_lines.c.sum_kopecks),
                text("'{}'::jsonb"),
            )
        )
        .where(calculation_lines.c.calculation_id == calculations.c.id)
        .scalar_subquery()
        .label("lines"),
        select(func.array_agg(calculation_deductions.c.amount_kopecks))
        .where(calculation_deductions.c.calculation_id == calculations.c.id)
        .scalar_subquery()
        .label("deductions"),
    )
    .where(calculations.c.id > bindparam("after"))
    .order_by(calculations.c.id)
    .limit(BATCH),
    never_null=("lines",),
)


async def miscalculated(database: Database) -> AsyncIterator[str]:
    """Calculations that, repeated from their inputs and policy, have another sum or another
    trace.
    """
    rules = {
        row.version: RefundPolicy.from_document(row.version, row.document)
        for row in await database.rows(_POLICIES())
    }
    async for stored in _batches(database, _CALCULATIONS):
        kept = CALCULATION.validate_python(stored.trace)
        again = _made_again(stored, rules[kept.policy_version])
        lines = {int(line_no): kopecks for line_no, kopecks in stored.lines.items()}
        stops_on = None if again.service is None else again.service.stops_on
        said = (stored.sum_kopecks, lines, stored.service_stops_on)
        if again != kept or (again.sum_kopecks, _results(again), stops_on) != said:
            sum_kopecks = stored.sum_kopecks
            yield f"calculation={stored.id}, refund={stored.refund_id}, {sum_kopecks=}"


def _made_again(row: StoredCalculation, rules: RefundPolicy) -> Calculation:
    inputs = INPUTS.validate_python(row.inputs)
    if row.kind == "automatic":
        return calculate(inputs, rules)
    lines = [EnteredLine(int(line_no), kopecks) for line_no, kopecks in row.lines.items()]
    deductions = [Deduction(kopecks, "") for kopecks in row.deductions or ()]
    return specialist_calculation(inputs, lines, deductions, rules, row.service_stops_on)


def _results(calculation: Calculation) -> dict[int, int]:
    return {line.line_no: line.result_kopecks for line in calculation.lines}


_SIGNATURES = typed(
    StoredSignature,
    select(
        signatures.c.id,
        signatures.c.content_sha256.label("signed_sha256"),
        statements.c.refund_id,
        statements.c.content,
        statements.c.content_sha256,
    )
    .join(statements, statements.c.id == signatures.c.statement_id)
    .where(signatures.c.id > bindparam("after"))
    .order_by(signatures.c.id)
    .limit(BATCH),
)


async def unbound_signatures(database: Database) -> AsyncIterator[str]:
    """Signatures that are not under the content of their statement."""
    async for signed in _batches(database, _SIGNATURES):
        if not signed.signed_sha256 == signed.content_sha256 == digest(signed.content):
            yield f"signature={signed.id}, refund={signed.refund_id}"


async def _batches(
    database: Database, statement: TypedStatement[StoredT]
) -> AsyncIterator[StoredT]:
    """Every row of a statement, in batches by id."""
    after = UUID(int=0)
    while True:
        rows = await database.rows(statement(after=after))
        for one in rows:
            yield one
        if len(rows) < BATCH:
            return
        after = rows[-1].id
