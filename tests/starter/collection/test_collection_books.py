"""The books' rules of unpaid orders, each broken behind the product's back and found."""

from datetime import UTC, datetime
from random import Random

from bench.chaos.debt_play import DebtPlay
from bench.chaos.order_scenarios import draw_orders
from bench.chaos.orders import Orders
from bench.chaos.our_books import OurBooks
from bench.chaos.play import Days
from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from domain.calendar.bank_calendar import moscow_date
from domain.collection.collection import COLLECTION_MOVES
from domain.money import amount_text
from simulation.api_client import ApiClient
from tests.books import Books
from tests.starter.broken_invariants import Break, behind_the_back, replaced
from tests.starter.caller import DEVELOPMENT_KEY, Api
from tests.starter.collection.overdue import SUM, Overdue, may_be_written_to_now, overdue
from tests.starter.refund.shop import Shop
from tests.workflows.case_under_test import eventually

BREAKS = (
    Break(
        "a letter that has not left asks for what is owed",
        "UPDATE notifications SET params = replace(params::text, '4800000', '4800001')::jsonb"
        " WHERE occasion LIKE 'letter-%' AND channel = 'mail' AND status = 'queued'",
        "UPDATE notifications SET params = replace(params::text, '4800001', '4800000')::jsonb"
        " WHERE occasion LIKE 'letter-%' AND channel = 'mail' AND status = 'queued'",
    ),
    Break(
        "an unpaid order's history is whole and ends in its status",
        "UPDATE collections SET version = version + 1",
        "UPDATE collections SET version = version - 1",
    ),
    Break(
        "a debt is written off by two people",
        "UPDATE collection_history SET by = 'kuznetsova' WHERE to_status = 'written_off'",
        "UPDATE collection_history SET by = 'belova' WHERE to_status = 'written_off'",
    ),
    Break(
        "no letter asks for what is paid",
        "UPDATE notifications SET status = 'queued', due_at = now() + interval '1 day',"
        " settled_at = NULL WHERE occasion LIKE 'letter-%' AND channel = 'mail'",
        "UPDATE notifications SET status = 'failed', due_at = NULL, settled_at = now()"
        " WHERE occasion LIKE 'letter-%' AND channel = 'mail'",
    ),
)


async def test_what_is_broken_is_found(whole_api: Api, books: Books, database: Database) -> None:
    case, _ = [await claimed(whole_api, books) for _ in range(2)]
    await case.staff("write-off", reason="ликвидирован")
    assert (await case.staff("write-off/confirm", login="belova")).status_code == 200
    names = {one.invariant for one in BREAKS}
    assert {found.invariant async for found in differences(database)} & names == set()
    for broken in BREAKS:
        behind_the_back(books, broken.spoil)
        found = {one.invariant async for one in differences(database)}
        behind_the_back(books, broken.mend)
        assert found & names == {broken.invariant}


ONE_MORE = (
    "INSERT INTO collection_letter_lines SELECT (jsonb_populate_record(one,"
    " jsonb_build_object('letter_id', gen_random_uuid()))).*"
    " FROM collection_letter_lines one WHERE collection_id = '{}'"
)
HAS = (
    "UPDATE invoices SET paid_kopecks = {1} WHERE number = '{0}';"
    " UPDATE ledger_transfers SET recorded_at = recorded_at {2} interval '1 day'"
    " WHERE kind = 'payment_received'"
)
UNLIKE = "nobody collects a paid order, and one that was closed as paid has its money"


async def test_the_verdict_of_the_storm_names_a_letter_after_the_money_and_what_is_unlike_it(
    shop: Shop, whole_api: Api, books: Books, database: Database, database_url: str
) -> None:
    case, unpaid = [await claimed(whole_api, books) for _ in range(2)]
    await paid(whole_api, case)
    today, ours = moscow_date(datetime.now(UTC)), OurBooks(database_url)
    plan = draw_orders(1, Random(1), today).debts[0]  # noqa: S311 - any order's
    play = DebtPlay(plan, ApiClient(shop.http, DEVELOPMENT_KEY), Days(shop.temporal), ours)
    play.id, storm = case.id, Orders([play], [], [], ours)
    play.letters = await play.written()
    assert (play.letters, await storm.wrong()) == (1, [])
    late = f"{case.id}: 1 letters after its money"
    breaks = (
        replaced(late, "collection_letter_lines", ONE_MORE.format(case.id)),
        Break(
            f"{case.id} is paid, its order has {SUM - 1} of {SUM}",
            HAS.format(case.number, SUM - 1, "-"),
            HAS.format(case.number, SUM, "+"),
        ),
        Break(
            f"{unpaid.id} is claim_sent, its order has {SUM} of {SUM}",
            HAS.format(unpaid.number, SUM, "-"),
            HAS.format(unpaid.number, 0, "+"),
        ),
    )
    for broken in breaks:
        behind_the_back(books, broken.spoil)
        said = await storm.wrong()
        found = {one.invariant async for one in differences(database)}
        behind_the_back(books, broken.mend)
        assert said == [broken.invariant]
        assert (UNLIKE in found) == (broken.invariant != late)
    assert await storm.wrong() == []


async def paid(api: Api, case: Overdue) -> None:
    """Billing has the money of an order, and its case knows."""
    payment = {
        "invoice_number": case.number,
        "method": "bank_transfer",
        "acquirer_payment_id": None,
        "amount": amount_text(SUM),
        "received_at": datetime.now(UTC).isoformat(),
    }
    path = f"/v1/payments/paid-{case.number}"
    stored = await api.call("PUT", path, role=Role.BILLING, json=payment)
    assert stored.status_code == 201, stored.text

    async def is_known() -> bool:
        return bool((await case.read())["status"] == "paid")

    await eventually(is_known)


async def claimed(api: Api, books: Books) -> Overdue:
    """A case whose claim is to be sent."""
    case = await overdue(api, books, may_be_written_to_now(books))
    await case.staff("lawyer", reason="молчит")
    answer = await case.staff("claim")
    assert answer.status_code == 200, answer.text
    return case


def test_a_case_moves_as_the_database_allows(books: Books) -> None:
    rows = books.rows("SELECT from_status, to_status FROM collection_moves")
    allowed = {(row.from_status, row.to_status) for row in rows}
    known = {(str(one), str(to)) for one, targets in COLLECTION_MOVES.items() for to in targets}
    assert known == allowed
