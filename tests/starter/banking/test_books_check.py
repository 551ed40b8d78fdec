"""The check of the books over payments by the bank: silent, and it names every broken invariant."""

from datetime import timedelta

import pytest
import pytest_asyncio

from db.database import Database
from db.invariants import differences
from db.invariants.bank import BANK_INVARIANTS
from tests.books import LICENCE_KOPECKS, Books
from tests.starter.banking.statement_of import TODAY, Moved, statement
from tests.starter.bookkeeping import Bookkeeping
from tests.starter.broken_invariants import Break, behind_the_back, changed, replaced

PAID = "status = 'paid' AND channel = 'bank'"
DEBIT = "status = 'matched' AND matched_as = 'payout'"
RETURN = "status = 'matched' AND matched_as = 'return'"
FORGOTTEN = (
    "status = 'unmatched', matched_case = NULL, matched_attempt = NULL, matched_as = NULL,"
    " decided_by = NULL, decided_at = NULL"
)
"""What an entry is before anybody has decided about it."""


def update(table: str, values: str, condition: str) -> str:
    return f"UPDATE {table} SET {values} WHERE {condition}"  # noqa: S608 - our own names


DEBITED_AGAIN = f"""
INSERT INTO bank_entries SELECT (jsonb_populate_record(e, jsonb_build_object(
    'id', gen_random_uuid(), 'status', 'unmatched', 'matched_case', NULL, 'matched_attempt', NULL,
    'matched_as', NULL, 'decided_by', NULL, 'decided_at', NULL
))).* FROM bank_entries e WHERE {DEBIT}
"""  # noqa: S608 - our own names

BREAKS = [
    changed(
        "a matched entry is of its payout's sum, through the bank",
        "bank_entries",
        "amount_kopecks",
        "+ 1",
    ),
    replaced(
        "a debit is of a payout that is paid, and a return of one that is returned",
        "payouts",
        update("payouts", "status = 'sent'", PAID),
    ),
    replaced(
        "a debit is of a payout that is paid, and a return of one that is returned",
        "bank_entries",
        update(
            "bank_entries AS e",
            "matched_case = p.case_id, matched_attempt = p.attempt FROM payouts p",
            f"p.{PAID} AND e.{RETURN}",
        ),
    ),
    replaced(
        "a payout that the bank paid has one debit, and one that came back has one return",
        "bank_entries",
        update("bank_entries", FORGOTTEN, DEBIT),
    ),
    replaced(
        "a payout that the bank paid has one debit, and one that came back has one return",
        "bank_entries",
        update("bank_entries", FORGOTTEN, RETURN),
    ),
    Break(
        "a payout that was returned to its client left by no payment order",
        "INSERT INTO returned_requisites SELECT case_id, attempt, 'requisites_unfit', 'x', 'x',"
        " now() FROM payment_orders",
        "DELETE FROM returned_requisites",
    ),
    changed("a payout is paid on the day of its debit", "payouts", "settled_on", "+ 1"),
    changed(
        "a payment order is for what its payout is, through the bank",
        "payment_orders",
        "amount_kopecks",
        "+ 1",
    ),
    Break(
        "no two orders can pay one case",
        "DROP INDEX payout_ordered_once;"
        " INSERT INTO payment_orders (id, run_id, case_id, attempt, day, amount_kopecks, purpose)"
        " SELECT gen_random_uuid(), run_id, case_id, attempt, day, amount_kopecks, 'twice'"
        " FROM payment_orders",
        "DELETE FROM payment_orders WHERE purpose = 'twice'; CREATE UNIQUE INDEX"
        " payout_ordered_once ON payment_orders (case_id, attempt) WHERE dissolved_at IS NULL",
    ),
    replaced(
        "what is sent by the bank stands in a run that was handed over",
        "payment_runs",
        "UPDATE payment_runs SET handed_over_by = NULL, handed_over_at = NULL",
    ),
    replaced(
        "the orders of a run are dissolved with it, and the bank was not given them",
        "payment_orders",
        "UPDATE payment_orders SET dissolved_at = now()",
    ),
    replaced(
        "the bank debits no order twice, and none that was rejected",
        "bank_entries",
        DEBITED_AGAIN,
    ),
    replaced(
        "what the ledger says of the bank is what its statements say",
        "ledger_transfers",
        "DELETE FROM ledger_transfers WHERE kind = 'payout_returned'",
    ),
    replaced(
        "every new entry of an imported statement is kept",
        "bank_entries",
        "DELETE FROM bank_entries WHERE status = 'unmatched'",
    ),
]


@pytest_asyncio.fixture(scope="module")
async def played(bookkeeping: Bookkeeping) -> Bookkeeping:
    """A payout that was paid, one that came back, one that was rejected and one that is sent;
    all of it long ago.
    """
    cases = [await bookkeeping.paying() for _ in range(4)]
    orders = {order["refund_id"]: order for order in await bookkeeping.handed_over()}
    paid, returned, rejected, _ = cases
    debits = [Moved(str(orders[case]["number"]), LICENCE_KOPECKS) for case in (paid, returned)]
    path = f"/v1/payment-orders/{orders[rejected]['id']}/rejection"
    assert (await bookkeeping.accountant.post(path, {"reason": "account_closed"})).is_success
    await bookkeeping.imported(statement(*debits, given_back(debits[1]), stranger()))
    await bookkeeping.status(paid, "completed")
    await bookkeeping.payout(returned, 1, "returned")
    await bookkeeping.payout(rejected, 1, "rejected")
    behind_the_back(bookkeeping.books, LONG_AGO)
    return bookkeeping


LONG_AGO = "; ".join(
    f"UPDATE {table} SET {column} = {column} - interval '1 day'"  # noqa: S608 - our own names
    for table, column in (
        ("payouts", "changed_at"),
        ("bank_entries", "decided_at"),
        ("ledger_transfers", "recorded_at"),
    )
)


def given_back(debit: Moved) -> Moved:
    purpose = f"Возврат п/п № {debit.number} от {TODAY:%d.%m.%Y}: счёт закрыт"
    return debit.changed(
        number=f"9{debit.number}", out=False, purpose=purpose, day=TODAY + timedelta(days=4)
    )


def stranger() -> Moved:
    """Money that concerns no payout."""
    return Moved("1", 1_234_567, out=False, purpose="Оплата по счёту")


async def broken(database: Database) -> set[str]:
    return {difference.invariant async for difference in differences(database)}


async def test_payments_by_the_bank_leave_the_books_right(
    played: Bookkeeping, database: Database
) -> None:
    assert await broken(database) == set()


def test_every_truth_of_the_bank_is_broken_here() -> None:
    assert {one.invariant for one in BREAKS} == {invariant.name for invariant in BANK_INVARIANTS}


@pytest.mark.parametrize("one", BREAKS, ids=lambda one: one.invariant)
async def test_a_broken_truth_is_named(
    played: Bookkeeping, database: Database, books: Books, one: Break
) -> None:
    behind_the_back(books, one.spoil)
    found = await broken(database)
    behind_the_back(books, one.mend)
    assert one.invariant in found
    assert await broken(database) == set()


async def test_a_payout_that_has_just_heard_of_its_debit_is_no_difference(
    played: Bookkeeping, database: Database, books: Books
) -> None:
    just_sent = update("payouts", "status = 'sent', changed_at = now()", PAID)
    under_way = replaced("", "payouts", just_sent)
    behind_the_back(books, under_way.spoil)
    behind_the_back(books, update("bank_entries", "decided_at = now()", DEBIT))
    found = await broken(database)
    behind_the_back(books, under_way.mend)
    behind_the_back(books, LONG_AGO)
    assert not found & {invariant.name for invariant in BANK_INVARIANTS}
    assert await broken(database) == set()
