"""What the acquirer took back without us is found, booked, disputed, and never paid twice."""

from datetime import UTC, datetime, timedelta

import pytest

from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from tests.books import Books, Line
from tests.starter.banking.statement_of import Moved, statement
from tests.starter.banking.test_bank_statement import given_back
from tests.starter.banking.test_held_payout import GATHER, Held, held_of
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.broken_invariants import Break, behind_the_back
from tests.starter.caller import Api
from tests.starter.dispute.disputed import Dispute, disputed, today
from tests.starter.goods_return.returning import asked, did, ended, goods, refund_of, to_inspected
from tests.starter.refund.shop import SUBSCRIPTION, Case, Shop, code_of
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


async def outside(shop: Shop, number: str) -> Dispute:
    """The dispute that a chargeback has begun, which the payer's bank decides."""
    dispute = Dispute(shop, shop.client_of(number), f"dispute-{number}-1")
    await dispute.appears()
    found = await dispute.until("outside")
    assert (found["outside"], found["waiting_for"], found["refund_id"]) == (
        "chargeback",
        "accountant",
        None,
    )
    return dispute


async def decided_outside(dispute: Dispute, outcome: str) -> None:
    """An accountant writes down what the payer's bank has decided."""
    said = {"outcome": outcome, "reason": "Письмо банка.", "on": today().isoformat()}
    answer = await dispute.did("outside-result", Role.ACCOUNTANT, **said)
    assert answer.status_code == 200, answer.text


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
    papers = (await dispute.evidence(shop.staff(Role.ACCOUNTANT)))["papers"]
    assert {(1, "system"), (2, "acquirer")} <= {(one["kind"], one["source"]) for one in papers}
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
    await decided_outside(dispute, "won")
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
    await decided_outside(dispute, "won")
    await held.case.until("awaiting_statement")
    await dispute.until("closed")
    assert balance(shop.books, f"taken/{number}") == 0
    assert balance(shop.books, f"promised/{held.case.id}") == 969_355
    assert await broken(database, number) == []
    again = await held.case.read()
    assert [one["status"] for one in again["payouts"]] == ["rejected", "returned"]


GOODS_KOPECKS, RETURNED_KOPECKS = 3_000_00, 2_000_00


@pytest.mark.parametrize("outcome", ["lost", "won"])
async def test_a_chargeback_after_the_refund_of_a_return_is_booked_and_nothing_is_paid_again(
    shop: Shop, bookkeeping: Bookkeeping, database: Database, outcome: str
) -> None:
    api, buyer = Api(shop.http), shop.books.client()
    number = await shop.invoice(goods(GOODS_KOPECKS), client_id=buyer)
    return_id = (await asked(api, buyer, number)).json()["id"]
    await to_inspected(api, buyer, return_id)
    assert (await did(api, return_id, "accept", settlement="refund")).is_success
    await ended(api, return_id)
    refund = Case(shop, shop.client_of(number), refund_of(shop.books, return_id).id)
    await refund.until("awaiting_statement")
    await refund.signed()
    assert (await refund.by(Role.SPECIALIST, "acceptance")).is_success
    await refund.until("completed")
    await charged_back(shop, database, number, "3000.00")
    dispute = await outside(shop, number)
    assert balance(shop.books, f"invoice/{number}") == 0
    assert balance(shop.books, f"taken/{number}") == -RETURNED_KOPECKS
    again = await refund.client.post("/v1/refunds", {"invoice_number": number})
    assert (again.status_code, code_of(again)) == (422, "nothing_to_refund")
    assert await broken(database, number) == []
    await decided_outside(dispute, outcome)
    await dispute.until("closed")
    left = (0, -RETURNED_KOPECKS) if outcome == "lost" else (GOODS_KOPECKS - RETURNED_KOPECKS, 0)
    accounts = [balance(shop.books, f"{kind}/{number}") for kind in ("invoice", "taken")]
    assert tuple(accounts) == left
    assert await payouts_of(shop, number) == [("acquirer", "paid", RETURNED_KOPECKS)]
    assert await shop.acquirer.debits(await acquirer_payment(shop, number)) == 2
    assert await broken(database, number) == []


async def payouts_of(shop: Shop, number: str) -> list[tuple[str, str, int]]:
    """The channel, status and kopecks of each payout of an order that was not rejected."""
    rows = shop.books.rows(
        "SELECT p.channel, p.status, p.amount_kopecks FROM payouts p JOIN refunds r"
        " ON r.id = p.case_id WHERE r.invoice_number = %(n)s AND p.status <> 'rejected'"
        " ORDER BY p.attempt",
        n=number,
    )
    return [tuple(row) for row in rows]


PAID_KOPECKS = 969_355


async def paid_by_bank(shop: Shop, bookkeeping: Bookkeeping) -> tuple[Held, str, Moved]:
    """A refund of a payment by card that the bank has paid; its order, and the bank's debit."""
    held = held_of(shop, await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17"))
    refuse = {"kind": "refuse", "code": "not_supported"}
    await shop.acquirer.misbehave({**refuse, "match": {"payment_id": held.payment_id}})
    await held.accepted()
    await bookkeeping.until(
        "SELECT count(*) FROM payouts WHERE case_id = %(c)s AND channel = 'bank'"
        " AND cleared_at IS NOT NULL",
        1,
        c=held.case.id,
    )
    await shop.acquirer.misbehave()
    orders = await bookkeeping.handed_over()
    (order,) = [one for one in orders if one["refund_id"] == held.case.id]
    debit = Moved(str(order["number"]), PAID_KOPECKS)
    await bookkeeping.imported(statement(debit))
    await held.case.until("completed")
    return held, str((await held.case.read())["invoice_number"]), debit


COVERED = "what was taken back is covered, or open, and never covered by more"
BEFORE_DECIDED = "nobody is paid what the acquirer took back, unless a person has decided so"
BREAKS = (
    Break(
        COVERED,
        "UPDATE invoices SET taken_back_kopecks = taken_back_kopecks - 1"
        " WHERE taken_back_kopecks > 0",
        "UPDATE invoices SET taken_back_kopecks = taken_back_kopecks + 1"
        " WHERE taken_back_kopecks > 0",
    ),
    Break(
        BEFORE_DECIDED,
        "UPDATE payment_runs SET created_at = created_at + interval '1 day'",
        "UPDATE payment_runs SET created_at = created_at - interval '1 day'",
    ),
)


async def test_a_chargeback_after_a_refund_by_the_bank_is_never_paid_a_second_time_by_itself(
    shop: Shop, bookkeeping: Bookkeeping, database: Database
) -> None:
    held, number, debit = await paid_by_bank(shop, bookkeeping)
    await charged_back(shop, database, number, "12200.50")
    dispute = await outside(shop, number)
    assert balance(shop.books, f"invoice/{number}") == 0
    assert balance(shop.books, f"taken/{number}") == -PAID_KOPECKS
    assert await payouts_of(shop, number) == [("bank", "paid", PAID_KOPECKS)]
    assert await broken(database, number) == []
    names = {one.invariant for one in BREAKS}
    for one in BREAKS:
        behind_the_back(shop.books, one.spoil)
        found = set(await broken(database, number))
        behind_the_back(shop.books, one.mend)
        assert found & names == {one.invariant}

    await bookkeeping.imported(statement(debit, given_back(debit)))
    await held.case.until("awaiting_statement")
    await held.accepted()
    await held.case.until("payout_held")
    refused = await bookkeeping.accountant.post("/v1/payment-runs", GATHER)
    assert (refused.status_code, code_of(refused)) == (409, "nothing_to_pay")
    assert (await held.case.read())["waiting_for"] == "accountant"
    booked = await held.decided("given-back")
    assert (booked.status_code, booked.json()["status"]) == (200, "completed"), booked.text
    assert balance(shop.books, f"taken/{number}") == 0
    assert await held.left() == (1, 1)
    await decided_outside(dispute, "lost")
    await dispute.until("closed")
    assert await broken(database, number) == []
