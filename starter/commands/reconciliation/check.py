"""The check of the books on demand: every invariant, then the acquirer's lists."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import UUID

from db.invariants import Difference, differences
from db.reconciliation import comparison
from domain.reconciliation.acquirer_list import COMPARED
from gateways.acquirer import AcquirerGateway, payments_captured, refunds_listed
from starter.caller import Caller
from starter.commands.command import command
from starter.commands.services import Services


@command
async def check_books(
    services: Services, _caller: Caller, _command_id: UUID
) -> AsyncIterator[Difference]:
    """The differences as they are found, our own first: what our books contradict, then what the
    acquirer's lists say of them, as far as nobody has decided about it. Mends nothing.

    Raises `AcquirerError` once the acquirer is asked and does not answer.
    """
    return _found(services)


async def _found(services: Services) -> AsyncIterator[Difference]:
    async for difference in differences(services.database):
        yield difference
    for difference in await _of_the_lists(services):
        yield difference


async def _of_the_lists(services: Services) -> list[Difference]:
    settings, now = services.settings, datetime.now(UTC)
    acquirer = AcquirerGateway(
        settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
    )
    try:
        refunds = refunds_listed(acquirer, now - COMPARED)
        payments = payments_captured(acquirer, now - COMPARED)
        found, _ = await comparison.compare(services.database, refunds, payments, now)
    finally:
        await acquirer.aclose()
    return [Difference(one.invariant, one.found) for one in found]
