"""The books' rules of unpaid orders, each broken behind the product's back and found."""

from db.database import Database
from db.invariants import differences
from domain.collection.collection import COLLECTION_MOVES
from tests.books import Books
from tests.starter.broken_invariants import Break, behind_the_back
from tests.starter.caller import Api
from tests.starter.collection.overdue import Overdue, may_be_written_to_now, overdue

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
