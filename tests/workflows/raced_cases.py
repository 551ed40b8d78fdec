"""Refunds and renewals against a real Temporal server and database, ended with their test."""

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from gateways.acquirer import AcquirerGateway
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.renewal_books import RenewalBooks
from tests.workflows.case_under_test import product_client
from tests.workflows.race import Race
from tests.workflows.renewal_race import RenewalRace


@pytest_asyncio.fixture
async def refunds(
    temporal_env: WorkflowEnvironment,
    database: Database,
    books: RenewalBooks,
    acquirer: SandboxAcquirer,
    gateway: AcquirerGateway,
) -> AsyncIterator[Race]:
    """Refunds with the product's own workers."""
    client = product_client(temporal_env)
    race = Race(temporal_env, client, database, books, acquirer, gateway)
    yield race
    for case in race.cases:
        await case.end()


@pytest_asyncio.fixture
async def renewals(
    temporal_env: WorkflowEnvironment,
    database: Database,
    books: RenewalBooks,
    acquirer: SandboxAcquirer,
    gateway: AcquirerGateway,
) -> AsyncIterator[RenewalRace]:
    """Renewals with the product's own workers."""
    client = product_client(temporal_env)
    race = RenewalRace(temporal_env, client, database, books, acquirer, gateway)
    yield race
    for case in race.cases:
        await case.end()
