"""A case that has not heard yet what its own step stored is asked again, not believed."""

from typing import Any
from uuid import uuid4

import pytest

from db.database import Database
from domain.access.roles import Role
from domain.refund.refund import RefundStatus, TransitionResult
from gateways.scans import ScanReader
from starter.caller import Caller
from starter.commands.cases import Cases
from starter.commands.refund.case import decide
from starter.commands.refusal import Noun, Refusal, RefusalKind, StatusText
from starter.commands.services import Services
from tests.starter.refund.shop import Shop
from workflows.refund import RefundWorkflow

WITHDRAWN = TransitionResult(RefundStatus.CANCELLED)


class Slow(Cases):
    """A case that goes on believing that it knows of so many changes for so many questions."""

    def __init__(self, believes: int, times: int) -> None:
        kind, status = RefusalKind.CONFLICT, StatusText(Noun.REFUND, "awaiting_specialist")
        self._refusal = Refusal(
            kind, "not_allowed_in_status", known_changes=believes, status=status
        )
        self._left = times
        self.told = 0

    async def update(self, *_: Any, **__: Any) -> TransitionResult:
        if self._left == 0:
            return WITHDRAWN
        self._left -= 1
        raise self._refusal

    async def signal(self, *_: Any) -> bool:
        self.told += 1
        return True


def version(shop: Shop, case_id: str) -> int:
    row = shop.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case_id)
    found: int = row.version
    return found


async def withdrawn(shop: Shop, case_id: str, cases: Cases) -> TransitionResult:
    caller = Caller("client", Role.CLIENT, "client")
    async with Database(shop.settings.database_url) as database:
        services = Services(shop.settings, database, cases, ScanReader())
        return await decide(services, RefundWorkflow.withdraw, case_id, caller, uuid4(), uuid4())


async def test_a_case_that_lags_behind_its_own_row_is_asked_until_it_has_caught_up(
    shop: Shop,
) -> None:
    case = await shop.opened()
    lagging = Slow(version(shop, case.id) - 1, times=3)
    assert await withdrawn(shop, case.id, lagging) == WITHDRAWN
    assert lagging.told == 1


async def test_a_case_that_stands_where_its_row_does_is_believed_at_once(shop: Shop) -> None:
    case = await shop.opened()
    with pytest.raises(Refusal) as refused:
        await withdrawn(shop, case.id, Slow(version(shop, case.id), times=1))
    assert refused.value.kind is RefusalKind.CONFLICT


async def test_a_case_that_never_catches_up_is_to_be_asked_later(shop: Shop) -> None:
    case = await shop.opened()
    with pytest.raises(Refusal) as away:
        await withdrawn(shop, case.id, Slow(version(shop, case.id) - 1, times=1_000))
    assert (away.value.kind, away.value.code) == (RefusalKind.UNAVAILABLE, "case_behind")
