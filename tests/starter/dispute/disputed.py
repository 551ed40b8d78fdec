"""Disputes of the tests: opened, waited for, decided."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from temporalio.testing import ActivityEnvironment

from activities.case import behind
from activities.case.behind import BehindActivities
from db.database import Database
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import Case, Person, Shop

PAUSE_SECONDS = 0.05
ALL_CHANGES = 2_000
"""More than a round of the tests has to look at."""


def today() -> Any:
    """The Moscow day."""
    return moscow_date(datetime.now(UTC))


def complaint(number: str, **changes: Any) -> dict[str, Any]:
    """The seven parts of a complaint about an order."""
    parts: dict[str, Any] = {
        "invoice_number": number,
        "kind": "double_charge",
        "happened_on": today().isoformat(),
        "problem": "Деньги списали два раза.",
        "proof": "Две операции в приложении банка.",
        "steps": "Написал в банк, там ответили, что платежи прошли.",
        "demand": "refund",
        "demand_amount": "500.00",
        "answer_by": (today() + timedelta(days=10)).isoformat(),
        **changes,
    }
    return {name: value for name, value in parts.items() if value is not None}


@dataclass(frozen=True)
class Dispute:
    """A dispute and the people around it."""

    shop: Shop
    client: Person
    id: str

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"/v1/disputes/{self.id}"

    async def read(self, person: Person | None = None) -> dict[str, Any]:
        """The dispute as its client or somebody else sees it."""
        answer = await (person or self.client).get(self.path)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def appears(self) -> None:
        """Returns once it is stored."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.client.get(self.path)).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)

    async def until(self, *statuses: str) -> dict[str, Any]:
        """The dispute once it is in one of these."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (found := await self.read())["status"] not in statuses:  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)
        return found

    async def said(self, action: str, **body: Any) -> httpx2.Response:
        """What the client does."""
        return await self.client.post(f"{self.path}/{action}", body or None)

    async def did(
        self, action: str, role: Role = Role.SPECIALIST, login: str = "", **body: Any
    ) -> httpx2.Response:
        """What staff do."""
        return await self.shop.staff(role, login).post(f"{self.path}/{action}", body or None)

    async def decided(self, outcome: str, **body: Any) -> httpx2.Response:
        """A specialist decides, having read all."""
        seen = (await self.read())["handed_in"]
        verdict = {"outcome": outcome, "reason": "По документам.", "seen_handed_in": seen, **body}
        return await self.did("decision", **verdict)

    async def refund(self) -> Case:
        """The refund that it has led to, once that is stored."""
        refund_id = (await self.until("performing"))["refund_id"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            path = f"/v1/refunds/{refund_id}"
            while (await self.client.get(path)).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)
        return Case(self.shop, self.client, refund_id)

    async def woken(self) -> None:
        """One round of what looks each minute for cases that are behind their rows. While it is
        performed, the database has noted that it has to look; it may have looked by itself since.
        """
        noted = self.shop.books.row(
            "SELECT d.status, u.at IS NOT NULL AND u.number IS NULL AS has_to_look FROM disputes d"
            " LEFT JOIN unheard_changes u ON u.case_id = d.id WHERE d.id = %(id)s",
            id=self.id,
        )
        assert noted.status != "performing" or noted.has_to_look
        steps = ActivityEnvironment(client=self.shop.temporal)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(behind, "SHOWN_AFTER_SECONDS", 0.0)
            async with Database(self.shop.settings.database_url) as database:
                await steps.run(BehindActivities(database).recheck_behind, ALL_CHANGES)

    async def evidence(self, person: Person | None = None) -> dict[str, Any]:
        """Papers and the checklist."""
        answer = await (person or self.client).get(f"{self.path}/evidence")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


async def open_dispute(shop: Shop, number: str, **changes: Any) -> httpx2.Response:
    """The order's client complains."""
    return await shop.client_of(number).post("/v1/disputes", complaint(number, **changes))


async def disputed(shop: Shop, number: str, **changes: Any) -> Dispute:
    """A dispute just opened."""
    answer = await open_dispute(shop, number, **changes)
    assert answer.status_code == 201, answer.text
    return Dispute(shop, shop.client_of(number), answer.json()["id"])


async def paid_twice(shop: Shop, total_kopecks: int) -> str:
    """An order whose payment came twice."""
    number = await shop.invoice(Line(total_kopecks, "service"))
    again = await shop.acquirer.payment(f"{total_kopecks // 100}.{total_kopecks % 100:02d}")
    shop.books.payment(number, total_kopecks, acquirer_id=again)
    return number
