"""Why a payment run, or the import of a bank statement, stands."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.access.roles import Role
from domain.banking.statement_import import BankStatementStatus
from domain.calendar.bank_calendar import ONE_DAY, end_of_moscow_day
from domain.case.waiting_reason import FailedStep, WaitingReason, WaitsFor, with_failure

MATCHING = "matching"
"""The code of an imported statement whose entries are not matched yet."""
GATHERED, AT_BANK, DISSOLVED, SETTLED = "gathered", "at_bank", "dissolved", "settled"
"""Where a payment run stands."""
UNMATCHED = "unmatched"
"""The code of an imported statement with entries that a person has to decide about."""
POSTPONED = "postponed"
"""The code of one where all such decisions are postponed."""


@dataclass(frozen=True)
class StandingRun:
    """A payment run as it is stored; `open_orders`: those that the bank can still refuse. Instants
    are UTC.
    """

    created_at: datetime
    open_orders: int
    handed_over_at: datetime | None = None
    dissolved_at: datetime | None = None
    failure: FailedStep | None = None


@dataclass(frozen=True)
class StandingStatement:
    """A bank statement's file as it is stored: entries read so far, those that wait for a person,
    and those whose decision is postponed, with the first day in Moscow that one waits again on.
    Instants are UTC.
    """

    status: BankStatementStatus
    uploaded_at: datetime
    imported_at: datetime | None = None
    is_matched: bool = False
    progress: int = 0
    waiting: int = 0
    postponed: int = 0
    postponed_until: date | None = None
    failure: FailedStep | None = None


def run_waits(run: StandingRun, now: datetime) -> WaitingReason:
    """The answer at an instant (UTC)."""
    return with_failure(_run(run), run.failure, now)


def _run(run: StandingRun) -> WaitingReason:
    if run.dissolved_at is not None:
        return WaitingReason(DISSOLVED, WaitsFor.NOBODY, run.dissolved_at)
    if run.handed_over_at is None:
        may = ("hand_payment_run_over", "dissolve_payment_run")
        return WaitingReason(
            GATHERED, WaitsFor.ACCOUNTANT, run.created_at, allowed={Role.ACCOUNTANT: may}
        )
    if not run.open_orders:
        return WaitingReason(SETTLED, WaitsFor.NOBODY, run.handed_over_at)
    may = ("upload_bank_statement", "reject_payment_order")
    return WaitingReason(AT_BANK, WaitsFor.BANK, run.handed_over_at, allowed={Role.ACCOUNTANT: may})


def statement_waits(statement: StandingStatement, now: datetime) -> WaitingReason:
    """The answer at an instant (UTC)."""
    return with_failure(_statement(statement), statement.failure, now)


def _statement(statement: StandingStatement) -> WaitingReason:
    if statement.status is BankStatementStatus.RECEIVED:
        details = {"progress": statement.progress}
        return WaitingReason(
            statement.status, WaitsFor.PROCESS, statement.uploaded_at, details=details
        )
    if statement.status is BankStatementStatus.SETTLED:
        return WaitingReason(statement.status, WaitsFor.NOBODY, statement.uploaded_at)
    if statement.status is BankStatementStatus.REFUSED:
        may = ("upload_bank_statement", "settle_bank_statement")
        return WaitingReason(
            statement.status,
            WaitsFor.ACCOUNTANT,
            statement.uploaded_at,
            allowed={Role.ACCOUNTANT: may},
        )
    since = statement.imported_at or statement.uploaded_at
    if not statement.is_matched:
        return WaitingReason(MATCHING, WaitsFor.PROCESS, since)
    if not statement.waiting and not statement.postponed:
        return WaitingReason(statement.status, WaitsFor.NOBODY, since)
    day = None if statement.waiting else statement.postponed_until
    return WaitingReason(
        UNMATCHED if statement.waiting else POSTPONED,
        WaitsFor.ACCOUNTANT if day is None else WaitsFor.CALENDAR,
        since,
        until=None if day is None else end_of_moscow_day(day - ONE_DAY),
        details={"entries": statement.waiting or statement.postponed},
        allowed={Role.ACCOUNTANT: ("allocate_bank_entry", "decide_bank_entry")},
    )
