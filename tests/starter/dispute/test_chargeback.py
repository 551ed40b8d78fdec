"""What the acquirer took back without us is found, booked, disputed, and never paid twice."""

from datetime import UTC, datetime, timedelta

from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from tests.books import Books, Line
from tests.starter.banking.test_held_payout import GATHER, held_of
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.dispute.disputed import Dispute, disputed, today
from tests.starter.refund.shop import SUBSCRIPTION, Shop, code_of
from tests.starter.webhook_client import door_of

RESPOND_BY = today() + timedelta(days=12)


async def acquirer_payment(shop: Shop, number: str) -> str:
    row = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    return str(row.id)


async def told(shop: Shop, database: Database, payment_id: str, refund_id: str) -> None:
    """The acquirer's webhook, of which nothing is believed."""
    body = {
        "type": "notification",
        "event": "refund.succeeded",
        "object": {"id": refund_id, "payment_id": payment_id, "status": "succeeded"},
    }
    answer = await door_of(shop, database, shop.temporal).told(body)
    assert answer.status_code == 200, answer.text


async def charged_back(shop: Shop, database: Database, number: str, amount: str) -> str:
    payment_id = await acquirer_payment(shop, number)
    refund_id = await shop.acquirer.take_back(payment_id, amount, RESPOND_BY.isoformat())
    await told(shop, database, payment_id, refund_id)
    return refund_id


def balance(books: Books, account: str) -> int:
    return int(books.row("SELECT balance_of(%(a)s) AS kopecks", a=account).kopecks)


async def broken(database: Database, invoice: str) -> list[str]:
    return [one.invariant async for one in differences(database) if invoice in str(one)]


async def test_a_chargeback_is_booked_and_disputed_outside_by_its_own_deadline(
    shop: Shop, database: Database
) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    await charged_back(shop, database, number, "9000.00")
    client = shop.client_of(number)
    dispute = Dispute(shop, client, f"dispute-{number}-1")
    await dispute.appears()
    found = await dispute.until("outside")
    assert (found["outside"], found["kind"], found["waiting_for"]) == (
        "chargeback",
        "fraud",
        "accountant",
    )
    assert found["wait_until"].startswith(RESPOND_BY.isoformat())
    assert balance(shop.books, f"invoice/{number}") == 0
    assert balance(shop.books, f"taken/{number}") == 0
    asked = await client.post("/v1/refunds", {"invoice_number": number})
    assert (asked.status_code, code_of(asked)) == (422, "nothing_to_refund")
    assert await broken(database, number) == []


async def test_a_chargeback_of_a_payment_that_was_reversed_here_has_a_dispute_too(
    shop: Shop, database: Database
) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    payment = shop.books.row("SELECT id FROM payments WHERE invoice_number = %(n)s", n=number)
    shop.books.put(
        "payment_reversals",
        payment_id=payment.id,
        reversed_by="kuznetsova",
        reason="не тот счёт",
        reversed_at=datetime.now(UTC),
    )
    await charged_back(shop, database, number, "9000.00")
    dispute = Dispute(shop, shop.client_of(number), f"dispute-{number}-1")
    await dispute.appears()
    assert (await dispute.until("outside"))["demand"] == "explanation"


async def test_a_chargeback_takes_the_open_dispute_outside_and_a_won_one_brings_the_money_back(
    shop: Shop, database: Database
) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    dispute = await disputed(shop, number, kind="other", demand_amount="9000.00")
    await dispute.until("review")
    await charged_back(shop, database, number, "9000.00")
    assert (await dispute.until("outside"))["outside"] == "chargeback"
    won = await dispute.did(
        "outside-result",
        Role.ACCOUNTANT,
        outcome="won",
        reason="Банк вернул деньги.",
        on=today().isoformat(),
    )
    assert won.status_code == 200, won.text
    await dispute.until("closed")
    assert balance(shop.books, f"invoice/{number}") == 900_000
    assert await broken(database, number) == []


async def test_a_refund_of_money_that_was_charged_back_goes_to_a_person_and_never_to_the_bank(
    shop: Shop, bookkeeping: Bookkeeping, database: Database
) -> None:
    held = held_of(shop, await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17"))
    await shop.acquirer.take_back(held.payment_id, "12200.50", RESPOND_BY.isoformat())
    await held.accepted()
    await held.case.until("payout_held")
    seen = await held.accountant_sees()
    retried = await held.decided("retry")
    assert retried.json()["status"] == "paying"
    await held.case.until("payout_held")
    refused = await bookkeeping.accountant.post("/v1/payment-runs", GATHER)
    assert (refused.status_code, code_of(refused)) == (409, "nothing_to_pay")
    assert await held.left() == (1, 0)
    assert "book_given_back" in [one["action"] for one in seen["actions"]]
    booked = await held.decided("given-back")
    assert (booked.status_code, booked.json()["status"]) == (200, "completed")
    number = (await held.case.read())["invoice_number"]
    assert balance(shop.books, f"taken/{number}") == 0
    assert await held.left() == (1, 0)
    assert await broken(database, number) == []


async def test_a_refund_that_a_chargeback_had_paid_is_opened_again_when_that_is_won(
    shop: Shop, database: Database
) -> None:
    held = held_of(shop, await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17"))
    number = (await held.case.read())["invoice_number"]
    await charged_back(shop, database, number, "12200.50")
    dispute = Dispute(shop, held.case.client, f"dispute-{number}-1")
    await dispute.appears()
    await dispute.until("outside")
    await held.accepted()
    await held.case.until("payout_held")
    booked = await held.decided("given-back")
    assert (booked.status_code, booked.json()["status"]) == (200, "completed")
    assert balance(shop.books, f"taken/{number}") == 0
    won = await dispute.did(
        "outside-result",
        Role.ACCOUNTANT,
        outcome="won",
        reason="Банк вернул деньги.",
        on=today().isoformat(),
    )
    assert won.status_code == 200, won.text
    await held.case.until("awaiting_statement")
    await dispute.until("closed")
    assert balance(shop.books, f"taken/{number}") == 0
    assert balance(shop.books, f"promised/{held.case.id}") == 969_355
    assert await broken(database, number) == []
    again = await held.case.read()
    assert [one["status"] for one in again["payouts"]] == ["rejected", "returned"]
