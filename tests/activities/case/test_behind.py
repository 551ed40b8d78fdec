"""Every minute: a case that does not know its last change is told to look, any other is left."""

from datetime import UTC, datetime

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment

from activities.banking.signal_payouts import signal_payout
from activities.case import behind
from activities.case.behind import BehindActivities
from activities.refund import RefundActivities
from activities.renewal import RenewalActivities
from db.case import unheard_change
from db.database import Database
from domain.payout.payout import Answer, Channel, PayoutRequest, PayoutStatus
from domain.refund.refund import Change
from domain.renewal.renewal import RenewalChange
from tests.books import Books
from tests.renewal_books import RenewalBooks
from tests.workflows.case_under_test import eventually, product_client
from tests.workflows.race import Race, kinds
from tests.workflows.renewal_race import RenewalRace

AT_MOST = 50
SIGNALLED = "WORKFLOW_EXECUTION_SIGNALED"


async def compared(client: Client, database: Database, at_most: int = AT_MOST) -> int:
    """One round, as the worker runs it."""
    steps = BehindActivities(database)
    told: int = await ActivityEnvironment(client=client).run(steps.recheck_behind, at_most)
    return told


def unheard(books: Books, case_id: str) -> list[int]:
    rows = books.rows("SELECT number FROM unheard_changes WHERE case_id = %(id)s", id=case_id)
    return [row.number for row in rows]


async def test_a_refund_whose_decision_was_forgotten_is_told_once_and_goes_on(
    refunds: Race,
) -> None:
    async with refunds.worker():
        case = await refunds.signed()
        await compared(refunds.client, refunds.database)
        assert unheard(refunds.books, case.id) == []
        row = refunds.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
        number = row.version + 1
        accepting = Change(case.id, number, datetime.now(UTC), "petrova")
        await RefundActivities(refunds.database).accept(accepting)
        assert unheard(refunds.books, case.id) == [number]
        assert await compared(refunds.client, refunds.database) >= 1
        await case.until("completed")
        await compared(refunds.client, refunds.database)
        assert (await kinds(case.handle)).count(SIGNALLED) == 1
    assert unheard(refunds.books, case.id) == []


async def test_a_renewal_whose_command_was_forgotten_is_told_once_and_goes_on(
    renewals: RenewalRace,
) -> None:
    async with renewals.worker():
        case = await renewals.watching()
        change = RenewalChange(
            case.id, case.row.version + 1, datetime.now(UTC), "client", case.order()
        )
        await RenewalActivities(renewals.database).order(change)
        await compared(renewals.client, renewals.database)

        async def caught_up() -> bool:
            described = await case.handle.describe()
            return described.typed_search_attributes.get(behind.KNOWN) == change.number

        await eventually(caught_up)
        await compared(renewals.client, renewals.database)
        assert (await kinds(case.handle)).count(SIGNALLED) == 1
    assert unheard(renewals.books, case.id) == []


async def test_what_is_reported_of_an_unknown_payout_makes_its_case_look(refunds: Race) -> None:
    async with refunds.worker():
        case = await refunds.signed()
        row = refunds.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
        accepting = Change(case.id, row.version + 1, datetime.now(UTC), "petrova")
        await RefundActivities(refunds.database).accept(accepting)
        payout = PayoutRequest(case.id, 1, Channel.ACQUIRER)
        answer = Answer(PayoutStatus.SENT)
        assert await signal_payout(refunds.client, refunds.database, payout, answer)
        await case.until("completed")


async def test_a_case_that_has_ended_is_told_nothing(refunds: Race) -> None:
    async with refunds.worker():
        case = await refunds.signed()
        await case.command("withdraw", "client")
        await case.ends()
        await compared(refunds.client, refunds.database)
        assert SIGNALLED not in await kinds(case.handle)
    assert unheard(refunds.books, case.id) == []


async def test_a_case_that_the_database_alone_has_is_left(refunds: Race) -> None:
    """An operator has deleted its history."""
    async with refunds.worker():
        case = await refunds.signed()
    books = refunds.books
    books.connection.execute(
        "INSERT INTO unheard_changes (case_id, number) VALUES ('refund-nowhere-1', 3)"
    )
    assert await compared(refunds.client, refunds.database) == 0
    assert unheard(books, "refund-nowhere-1") == []
    assert SIGNALLED not in await kinds(case.handle)


async def test_what_was_noted_while_its_case_was_told_stays(
    books: RenewalBooks, database: Database
) -> None:
    """The same again: the case may have looked before it was true."""
    case_id = "refund-noted-1"
    noted = (
        "INSERT INTO unheard_changes (case_id, number) VALUES (%s, 3)"
        " ON CONFLICT (case_id) DO UPDATE SET at = now()"
    )
    books.connection.execute(noted, [case_id])
    (told,) = [
        one for one in await unheard_change.oldest(database, AT_MOST) if one.case_id == case_id
    ]
    books.connection.execute(noted, [case_id])
    await unheard_change.remove(database, told)
    assert unheard(books, case_id) == [3]
    (told,) = [
        one for one in await unheard_change.oldest(database, AT_MOST) if one.case_id == case_id
    ]
    await unheard_change.remove(database, told)
    assert unheard(books, case_id) == []


async def test_a_round_is_bounded_and_the_rest_waits_for_the_next_one(
    books: RenewalBooks,
    database: Database,
    temporal_env: WorkflowEnvironment,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(behind, "SHOWN_AFTER_SECONDS", 0.0)
    monkeypatch.setattr(behind, "PAGE", 2)
    books.connection.execute("DELETE FROM unheard_changes")
    books.connection.execute(
        "INSERT INTO unheard_changes (case_id, number, at)"
        " SELECT 'refund-none-' || n, 1, now() - make_interval(mins => 60 - n)"
        " FROM generate_series(1, 7) n"
    )
    assert await compared(product_client(temporal_env), database, 5) == 0
    rows = books.rows("SELECT case_id FROM unheard_changes ORDER BY at")
    assert [row.case_id for row in rows] == ["refund-none-6", "refund-none-7"]
