"""What was calculated and signed, made again from what was kept."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy import Executable, bindparam, func, select, text

from db.case.policy import policy_from
from db.database import Database, Row
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

_POLICIES = select(policies).where(policies.c.kind == "refund")
_CALCULATIONS = (
    select(
        calculations,
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
    .limit(BATCH)
)


async def miscalculated(database: Database) -> AsyncIterator[str]:
    """Calculations whose inputs, by their policy, give another sum or another trace."""
    rules = {row.version: policy_from(row) for row in await database.rows(_POLICIES)}
    async for row in _batches(database, _CALCULATIONS):
        kept = CALCULATION.validate_python(row.trace)
        again = _made_again(row, rules[kept.policy_version])
        lines = {int(line_no): kopecks for line_no, kopecks in row.lines.items()}
        stops_on = None if again.service is None else again.service.stops_on
        stored = (row.sum_kopecks, lines, row.service_stops_on)
        if again != kept or (again.sum_kopecks, _results(again), stops_on) != stored:
            yield f"calculation={row.id}, refund={row.refund_id}, sum_kopecks={row.sum_kopecks}"


def _made_again(row: Row, rules: RefundPolicy) -> Calculation:
    inputs = INPUTS.validate_python(row.inputs)
    if row.kind == "automatic":
        return calculate(inputs, rules)
    lines = [EnteredLine(int(line_no), kopecks) for line_no, kopecks in row.lines.items()]
    deductions = [Deduction(kopecks, "") for kopecks in row.deductions or ()]
    return specialist_calculation(inputs, lines, deductions, rules, row.service_stops_on)


def _results(calculation: Calculation) -> dict[int, int]:
    return {line.line_no: line.result_kopecks for line in calculation.lines}


_SIGNATURES = (
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
    .limit(BATCH)
)


async def unbound_signatures(database: Database) -> AsyncIterator[str]:
    """Signatures that are not under the content of their statement."""
    async for row in _batches(database, _SIGNATURES):
        if not row.signed_sha256 == row.content_sha256 == digest(row.content):
            yield f"signature={row.id}, refund={row.refund_id}"


async def _batches(database: Database, statement: Executable) -> AsyncIterator[Row]:
    """Every row of a statement that goes on after an id."""
    after = UUID(int=0)
    while True:
        rows = await database.rows(statement, after=after)
        for row in rows:
            yield row
        if len(rows) < BATCH:
            return
        after = rows[-1].id
