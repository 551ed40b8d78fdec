"""Why a payment run or the import of a bank statement stands."""

from datetime import UTC, datetime
from uuid import UUID

from db.banking import bank_statement, payment_run
from domain.banking.run_decision import ORDER_OPEN
from domain.banking.statement_import import BankStatementStatus, bank_statement_workflow_id
from domain.banking.submit import payment_run_workflow_id
from domain.banking.waiting_reason import (
    StandingRun,
    StandingStatement,
    run_waits,
    statement_waits,
)
from starter.commands.refusal import not_found
from starter.commands.services import Services
from starter.presentation.case.waiting import WaitingShown, failed_step_of, waiting_shown
from texts import Language


async def run_waiting(services: Services, run_id: UUID, language: Language) -> WaitingShown:
    """The answer for a run; raises `Refusal` `not_found` without one."""
    database, now = services.database, datetime.now(UTC)
    runs, states = await database.read(payment_run.run(run_id), payment_run.states(run_id))
    if not runs:
        raise not_found()
    (row,) = runs
    changed_at = row.dissolved_at or row.handed_over_at or row.created_at
    case_id = payment_run_workflow_id(str(run_id))
    told = run_waits(
        StandingRun(
            row.created_at,
            sum(one.orders for one in states if one.status in ORDER_OPEN),
            handed_over_at=row.handed_over_at,
            dissolved_at=row.dissolved_at,
            failure=await failed_step_of(database, services.cases, case_id, changed_at),
        ),
        now,
    )
    return waiting_shown("payment_run", told, language)


async def statement_waiting(
    services: Services, statement_id: UUID, language: Language
) -> WaitingShown:
    """The answer for a statement's file; raises `Refusal` `not_found` without one."""
    database, now = services.database, datetime.now(UTC)
    row = await bank_statement.find(database, statement_id)
    if row is None:
        raise not_found()
    ((waiting,),) = await database.read(bank_statement.waiting_in(statement_id))
    case_id = bank_statement_workflow_id(row.sha256)
    told = statement_waits(
        StandingStatement(
            BankStatementStatus(row.status),
            row.uploaded_at,
            imported_at=row.imported_at,
            is_matched=row.matched_at is not None,
            progress=row.progress,
            waiting=waiting.entries - waiting.postponed,
            postponed=waiting.postponed,
            postponed_until=waiting.until,
            failure=await failed_step_of(
                database, services.cases, case_id, row.imported_at or row.uploaded_at
            ),
        ),
        now,
    )
    return waiting_shown("bank_statement", told, language, dict(told.details))
