"""Why a payment run or an import stands: every status is explained."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.banking.statement_import import BankStatementStatus
from domain.banking.waiting_reason import (
    AT_BANK,
    DISSOLVED,
    GATHERED,
    MATCHING,
    POSTPONED,
    SETTLED,
    UNMATCHED,
    StandingRun,
    StandingStatement,
    run_waits,
    statement_waits,
)
from domain.case.waiting_reason import STEP_FAILED, FailedStep, WaitsFor
from texts import translate

NOW = datetime(2026, 3, 16, 9, tzinfo=UTC)
FAILED = FailedStep("import-1", "Прочитать выписку", "DatabaseUnavailable", NOW, is_open=True)


@pytest.mark.parametrize(
    ("run", "code", "waits_for"),
    [
        (StandingRun(NOW, 2), GATHERED, WaitsFor.ACCOUNTANT),
        (StandingRun(NOW, 2, handed_over_at=NOW), AT_BANK, WaitsFor.BANK),
        (StandingRun(NOW, 0, handed_over_at=NOW), SETTLED, WaitsFor.NOBODY),
        (StandingRun(NOW, 2, dissolved_at=NOW), DISSOLVED, WaitsFor.NOBODY),
    ],
)
def test_a_run_waits_for_its_hand_over_then_for_the_bank(
    run: StandingRun, code: str, waits_for: WaitsFor
) -> None:
    told = run_waits(run, NOW)
    assert (told.code, told.waits_for) == (code, waits_for)
    assert translate(f"waiting.payment_run.{told.code}")
    assert bool(told.allowed) == (waits_for is not WaitsFor.NOBODY)


@pytest.mark.parametrize("status", BankStatementStatus)
@pytest.mark.parametrize("is_matched", [False, True])
@pytest.mark.parametrize("waiting", [0, 3])
def test_every_status_of_a_statement_is_explained(
    status: BankStatementStatus, is_matched: bool, waiting: int
) -> None:
    standing = StandingStatement(status, NOW, is_matched=is_matched, waiting=waiting)
    told = statement_waits(standing, NOW)
    assert translate(f"waiting.bank_statement.{told.code}", progress=7, entries=3)
    is_imported = status is BankStatementStatus.IMPORTED
    is_settled = status is BankStatementStatus.SETTLED
    is_done = is_settled or (is_imported and is_matched and not waiting)
    assert (told.waits_for is WaitsFor.NOBODY) == is_done
    assert (told.code == UNMATCHED) == (is_imported and is_matched and waiting > 0)
    assert (told.code == MATCHING) == (is_imported and not is_matched)


def test_a_statement_whose_decisions_are_all_postponed_waits_for_the_first_of_their_days() -> None:
    standing = StandingStatement(
        BankStatementStatus.IMPORTED,
        NOW,
        is_matched=True,
        postponed=2,
        postponed_until=date(2026, 3, 20),
    )
    told = statement_waits(standing, NOW)
    assert (told.code, told.waits_for, told.details) == (
        POSTPONED,
        WaitsFor.CALENDAR,
        {"entries": 2},
    )
    assert told.until == datetime(2026, 3, 19, 21, tzinfo=UTC)
    endless = statement_waits(replace(standing, postponed_until=None), NOW)
    assert (endless.code, endless.waits_for, endless.until) == (
        POSTPONED,
        WaitsFor.ACCOUNTANT,
        None,
    )
    some = statement_waits(replace(standing, waiting=1), NOW)
    assert (some.code, some.until, some.details) == (UNMATCHED, None, {"entries": 1})
    assert translate("waiting.bank_statement.postponed", entries=2)


def test_an_import_whose_step_failed_waits_for_an_operator() -> None:
    statement = StandingStatement(BankStatementStatus.RECEIVED, NOW, failure=FAILED)
    assert statement_waits(statement, NOW).code == STEP_FAILED
    assert run_waits(StandingRun(NOW, 1, failure=FAILED), NOW).waits_for is WaitsFor.OPERATOR
