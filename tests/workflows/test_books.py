"""The daily check of the books: silent while they are right, else an operator's task."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from activities.reconciliation.reconciliation import BooksActivities
from db.database import Database
from domain.reconciliation.reconciliation import BooksFindings, Reconciliation
from tests.books import Books
from tests.workflows.case_under_test import PATIENCE, eventually, product_client, serving
from workflows.books import BooksCheckWorkflow
from workflows.case.kernel import NEEDS_OPERATOR
from workflows.case.resolution import Resolution, ResolutionAction


@pytest.fixture
def books(database_url: str) -> Iterator[Books]:
    with closing(Books(database_url)) as kept:
        kept.invoice()
        yield kept


Check = WorkflowHandle[BooksCheckWorkflow, BooksFindings]
INVARIANT = "an invoice is paid by its payments"


@activity.defn(name="acquirer_list.compare")
async def same_as_the_acquirers(check: Reconciliation) -> BooksFindings:
    """No refund went through an acquirer here."""
    return BooksFindings(0)


@asynccontextmanager
async def checking(env: WorkflowEnvironment, database_url: str) -> AsyncIterator[Check]:
    client = product_client(env)
    async with Database(database_url) as database:
        steps = BooksActivities(database)
        async with serving(client, steps.check, same_as_the_acquirers) as queue:
            yield await client.start_workflow(
                BooksCheckWorkflow.run, id=f"books-{uuid4().hex}", task_queue=queue
            )


async def needs_operator(check: Check) -> bool:
    """Whether the operator is asked; waits for the first answer of the check."""

    async def is_answered() -> bool:
        return await asked() is not None

    async def asked() -> bool | None:
        return (await check.describe()).typed_search_attributes.get(NEEDS_OPERATOR)

    await eventually(is_answered)
    return bool(await asked())


def spoil(books: Books, by: int) -> None:
    """Changes what was paid of every invoice behind the triggers' back."""
    books.connection.execute(b"SET session_replication_role = replica")
    books.connection.execute("UPDATE invoices SET paid_kopecks = paid_kopecks + %s", (by,))
    books.connection.execute(b"SET session_replication_role = origin")


async def test_right_books_end_the_check_without_a_word(
    temporal_env: WorkflowEnvironment, database_url: str, books: Books
) -> None:
    async with checking(temporal_env, database_url) as check:
        assert await check.result(rpc_timeout=PATIENCE) == BooksFindings(0)


async def test_a_difference_waits_for_the_operator_until_the_books_are_right(
    temporal_env: WorkflowEnvironment, database_url: str, books: Books
) -> None:
    spoil(books, -2)
    async with checking(temporal_env, database_url) as check:
        assert await needs_operator(check)
        told = books.rows("SELECT role, template FROM notifications WHERE occasion LIKE 'books-%%'")
        spoil(books, 2)
        again = Resolution(ResolutionAction.RETRY, "orlov", "исправлено")
        await check.execute_update("resolve_failed_step", again, rpc_timeout=PATIENCE)
        assert await check.result(rpc_timeout=PATIENCE) == BooksFindings(0)
    assert {tuple(row) for row in told} == {("operator", "staff_books_differ")}


async def test_an_operator_may_set_a_difference_aside(
    temporal_env: WorkflowEnvironment, database_url: str, books: Books
) -> None:
    spoil(books, -2)
    async with checking(temporal_env, database_url) as check:
        assert await needs_operator(check)
        details: str = (await check.query("__temporal_workflow_metadata")).current_details
        aside = Resolution(ResolutionAction.ABORT, "orlov", "известно")
        await check.execute_update("resolve_failed_step", aside, rpc_timeout=PATIENCE)
        found = await check.result(rpc_timeout=PATIENCE)
    spoil(books, 2)
    assert INVARIANT in found.invariants
    assert "оплачено по счёту столько, сколько принесли его платежи" in details
