"""Differences with the acquirer's lists: found, decided once by an accountant, and then decided."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from temporalio.testing import ActivityEnvironment

from activities.reconciliation.acquirer_list import AcquirerListActivities
from db.database import Database
from db.reconciliation import comparison
from domain.access.roles import Role
from domain.card.card_payment import CardStatus
from domain.reconciliation.acquirer_list import COMPARED, ListInvariant
from domain.reconciliation.reconciliation import BooksFindings, Reconciliation
from gateways.acquirer import AcquirerGateway, payments_captured, refunds_listed
from tests.books import Line
from tests.starter.card.test_card_payment import DAYS, asked
from tests.starter.refund.shop import Shop, code_of

PATH = "/v1/acquirer-differences"
WORD = {"reason": "Клиенту вернули за другую покупку"}


@asynccontextmanager
async def acquirer_of(shop: Shop) -> AsyncIterator[AcquirerGateway]:
    settings = shop.settings
    acquirer = AcquirerGateway(
        settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
    )
    try:
        yield acquirer
    finally:
        await acquirer.aclose()


async def compared(
    shop: Shop, database: Database, later: timedelta = timedelta(0)
) -> BooksFindings:
    """What the daily comparison finds."""
    environment = ActivityEnvironment(client=shop.temporal)
    environment.info = replace(environment.info, task_queue=shop.settings.task_queue)
    async with acquirer_of(shop) as acquirer:
        steps = AcquirerListActivities(database, acquirer)
        check = Reconciliation(f"check-{uuid4().hex}", datetime.now(UTC) + later)
        found: BooksFindings = await environment.run(steps.compare, check)
    return found


async def still_differing(shop: Shop, database: Database, payment_id: str) -> list[ListInvariant]:
    """What a comparison some days later finds of one payment: other tests leave their own."""
    at = datetime.now(UTC) + DAYS
    async with acquirer_of(shop) as acquirer:
        found, _ = await comparison.compare(
            database,
            refunds_listed(acquirer, at - COMPARED),
            payments_captured(acquirer, at - COMPARED),
            at,
        )
    return [one.invariant for one in found if one.payment_id == payment_id]


async def of_payment(shop: Shop, payment_id: str, **narrowed: Any) -> list[dict[str, Any]]:
    answer = await shop.staff(Role.ACCOUNTANT).get(PATH, limit=100, **narrowed)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["items"] if one["acquirer_payment_id"] == payment_id]


async def test_what_an_accountant_decides_about_a_difference_stays_decided(
    shop: Shop, database: Database
) -> None:
    number = await shop.invoice(Line(100_000))
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    refund_id = await shop.acquirer.give_back(payment.id, "250.00")
    before = (await compared(shop, database)).differences
    await compared(shop, database)
    (found,) = await of_payment(shop, payment.id)
    assert (found["invariant"], found["title"]) == ("ours", "наши платежи возвращаем только мы")
    assert (found["amount"], found["found"]) == ("250.00", f"{refund_id}, 250.00")

    path = f"{PATH}/{found['id']}"
    for person in (shop.staff(Role.OPERATOR), shop.staff(Role.SPECIALIST)):
        refused = await person.post(f"{path}/decision", WORD)
        assert (refused.status_code, code_of(refused)) == (403, "forbidden")
    accountant = shop.staff(Role.ACCOUNTANT, "gromov")
    decided = await accountant.post(f"{path}/decision", WORD)
    assert (decided.status_code, decided.json()["decision"]) == (200, WORD["reason"])
    assert (await accountant.post(f"{path}/decision", WORD)).status_code == 200
    other = await shop.staff(Role.ACCOUNTANT).post(f"{path}/decision", {"reason": "Иначе"})
    assert (other.status_code, code_of(other)) == (409, "difference_decided")

    assert (await compared(shop, database)).differences == before - 1
    assert await of_payment(shop, payment.id, open="true") == []
    (kept,) = await of_payment(shop, payment.id, open="false")
    assert (kept["decided_by"], kept["decision"]) == ("gromov", WORD["reason"])
    assert (await accountant.get(path)).json() == kept
    assert (await accountant.get(f"{PATH}/{uuid4()}")).status_code == 404

    await shop.acquirer.give_back(payment.id, "250.00")  # another refund is another difference
    assert (await compared(shop, database)).differences == before


async def test_a_card_payment_that_nobody_told_us_of_is_found_and_recorded(
    shop: Shop, database: Database, temporal_env: Any
) -> None:
    card = await asked(shop)
    acquirer_id = await card.opened()
    shop.books.connection.execute(
        "UPDATE card_payments SET status = 'cancelled', reason = 'not_paid_in_time'"
        " WHERE order_id = %s",
        [card.order_id],
    )
    await card.handle.terminate()  # the wait is long over
    await shop.acquirer.pay(acquirer_id)
    assert card.payments == []
    fresh = {one["id"] for one in await of_payment(shop, acquirer_id)}
    assert fresh == set()
    await compared(shop, database, later=DAYS)
    (found,) = await of_payment(shop, acquirer_id)
    assert (found["invariant"], found["amount"]) == ("recorded", "40000.00")
    await card.until(CardStatus.PAID)
    assert [row.amount_kopecks for row in card.payments] == [4_000_000]
    assert await still_differing(shop, database, acquirer_id) == []
