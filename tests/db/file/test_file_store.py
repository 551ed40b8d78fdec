"""The store of files: what must never be false of a content, and what a purge leaves."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import psycopg
import pytest

from db.database import Database
from db.file import purge, scan, store
from db.invariants import differences
from domain.file.file import FileStatus, Verdict
from domain.file.retention import RetentionPolicy
from tests.books import Books

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
POLICY = RetentionPolicy(unattached_days=2, quarantined_days=30, closed_days=365, raw_days=180)
KEPT_WHOLE = "a file is kept whole until it is erased"


async def stored(
    database: Database, *, days_ago: int = 0, content: bytes = b""
) -> tuple[UUID, str]:
    """A file that was handed in so many days ago; its id and its digest."""
    content = content or uuid4().hex.encode()
    file_id, sha256 = uuid4(), hashlib.sha256(content).hexdigest()
    at = NOW - timedelta(days=days_ago)
    async with database.transaction() as transaction:
        store.put_content(
            transaction, sha256, content, media_type="text/plain", at=at, is_stored=False
        )
        store.put_file(
            transaction,
            file_id,
            sha256=sha256,
            name="a.txt",
            client_id=None,
            uploaded_by="petrova",
            at=at,
        )
    return file_id, sha256


async def judged(database: Database, sha256: str, status: FileStatus, *, days_ago: int = 0) -> None:
    finding = "Eicar" if status is FileStatus.QUARANTINED else None
    verdict = Verdict(status, "1", finding)
    await scan.settle(database, sha256, verdict, NOW - timedelta(days=days_ago))


def attached(books: Books, file_id: UUID, *, closed_days_ago: int | None) -> None:
    """A message of a ticket with this file."""
    number = uuid4().int % 10**9
    ticket_id, message_id = f"ticket-{number}", uuid4()
    books.put(
        "ticket_messages",
        id=message_id,
        ticket_id=ticket_id,
        is_ours=False,
        channel="web",
        text="Вот",
        written_by="anna",
        written_at=NOW,
    )
    books.put("ticket_files", message_id=message_id, number=1, file_id=file_id)
    if closed_days_ago is None:
        return
    books.connection.execute(b"SET session_replication_role = replica")
    books.put(
        "tickets",
        id=ticket_id,
        number=number,
        opening_id=uuid4(),
        client_id=books.client(),
        department="support",
        rules_version=1,
        topic="Скан",
        status="closed",
        version=1,
        first_due_at=NOW,
        left_seconds=0,
        opened_at=NOW,
        changed_at=NOW,
        closed_at=NOW - timedelta(days=closed_days_ago),
    )
    books.connection.execute(b"SET session_replication_role = origin")


def proves(books: Books, file_id: UUID, *, closed_days_ago: int | None) -> None:
    """A paper of a dispute with this file."""
    number, closed = uuid4().hex[:12], closed_days_ago
    dispute_id, client_id = f"dispute-{number}-1", books.client()
    status = "review" if closed is None else "withdrawn"
    with books.connection.transaction():
        books.connection.execute(b"SET LOCAL session_replication_role = replica")
        books.put(
            "disputes",
            id=dispute_id,
            invoice_number=number,
            ordinal=1,
            client_id=client_id,
            opening_id=uuid4(),
            kind="other",
            status=status,
            version=2,
            policy_version=1,
            due_at=NOW,
            stage_at=NOW,
            opened_at=NOW,
            changed_at=NOW,
            closed_at=None if closed is None else NOW - timedelta(days=closed),
        )
        for change, (before, after) in enumerate(pairwise((None, "opened", status)), start=1):
            books.put(
                "dispute_history",
                dispute_id=dispute_id,
                number=change,
                from_status=before,
                to_status=after,
                at=NOW,
                by="anna",
                answer={},
            )
        books.put(
            "dispute_evidence",
            id=uuid4(),
            dispute_id=dispute_id,
            kind=5,
            source="client",
            about="Снимок экрана",
            made_on=NOW.date(),
            file_id=file_id,
            message_id=uuid4(),
            visibility="both",
            added_by="anna",
            added_at=NOW,
        )


def shows(books: Books, file_id: UUID, sha256: str) -> None:
    """A payment order that a client has shown with this file."""
    with books.connection.transaction():
        books.connection.execute(b"SET LOCAL session_replication_role = replica")
        books.put(
            "payment_claims",
            id=file_id,
            renewal_id=f"renewal-{file_id.hex}",
            claimed_by="anna",
            media_type="application/pdf",
            sha256=sha256,
            claimed_at=NOW,
        )


def signs(books: Books, file_id: UUID, sha256: str) -> None:
    """A scan of a statement with this file."""
    with books.connection.transaction():
        books.connection.execute(b"SET LOCAL session_replication_role = replica")
        books.put(
            "scans",
            id=file_id,
            refund_id=f"refund-{file_id.hex}-1",
            media_type="application/pdf",
            size_bytes=32,
            sha256=sha256,
            uploaded_at=NOW,
        )


def status_of(books: Books, sha256: str) -> tuple[str, int]:
    """What is known of a content, and how many pieces it has."""
    row = books.row(
        "SELECT status, (SELECT count(*) FROM file_pieces p WHERE p.sha256 = c.sha256) AS pieces"
        " FROM file_contents c WHERE sha256 = %(sha256)s",
        sha256=sha256,
    )
    return row.status, row.pieces


async def test_a_purge_leaves_what_is_needed_and_erases_the_rest(
    database: Database, books: Books
) -> None:
    young, old = await stored(database, days_ago=1), await stored(database, days_ago=3)
    again = await stored(database, days_ago=3, content=b"handed in twice")
    await stored(database, days_ago=0, content=b"handed in twice")
    unsent, open_, closed, long_closed = [await stored(database, days_ago=900) for _ in range(4)]
    attached(books, unsent[0], closed_days_ago=None)
    attached(books, closed[0], closed_days_ago=300)
    attached(books, long_closed[0], closed_days_ago=400)
    attached(books, open_[0], closed_days_ago=None)
    shared = await stored(database, days_ago=900)
    attached(books, shared[0], closed_days_ago=400)
    attached(books, shared[0], closed_days_ago=10)
    for row in (open_, closed, long_closed, shared):
        await judged(database, row[1], FileStatus.CLEAN)
    found, found_long_ago = await stored(database, days_ago=90), await stored(database, days_ago=90)
    for row, days_ago in ((found, 29), (found_long_ago, 31)):
        attached(books, row[0], closed_days_ago=None)
        await judged(database, row[1], FileStatus.QUARANTINED, days_ago=days_ago)

    names, contents = await purge.purge(database, POLICY.limits(NOW))

    assert (names, contents) == (2, 3)
    kept = {
        one[1]: status_of(books, one[1]) for one in (young, again, unsent, closed, shared, found)
    }
    assert [pieces for _, pieces in kept.values()] == [1] * 6
    for erased in (old, long_closed, found_long_ago):
        assert status_of(books, erased[1]) == ("erased", 0)
    assert await purge.purge(database, POLICY.limits(NOW)) == (0, 0)


async def test_evidence_is_kept_as_long_as_its_dispute_may_be_looked_at(
    database: Database, books: Books
) -> None:
    open_, closed, long_closed, shared = [await stored(database, days_ago=900) for _ in range(4)]
    proves(books, open_[0], closed_days_ago=None)
    proves(books, closed[0], closed_days_ago=300)
    proves(books, long_closed[0], closed_days_ago=400)
    proves(books, shared[0], closed_days_ago=400)
    attached(books, shared[0], closed_days_ago=10)
    names, _ = await purge.purge(database, POLICY.limits(NOW))
    assert names == 0, "what was handed in keeps its name and its digest"
    kept = [status_of(books, row[1])[1] for row in (open_, closed, shared)]
    assert (kept, status_of(books, long_closed[1])) == ([1, 1, 1], ("erased", 0))


@pytest.mark.parametrize("goes_with", [signs, shows])
async def test_a_paper_of_a_case_is_kept_as_a_file_and_gives_its_bytes_up_only_when_infected(
    database: Database, books: Books, goes_with: Callable[[Books, UUID, str], None]
) -> None:
    kept, infected = [await stored(database, days_ago=900) for _ in range(2)]
    for file_id, sha256 in (kept, infected):
        goes_with(books, file_id, sha256)
        attached(books, file_id, closed_days_ago=400)
    await judged(database, kept[1], FileStatus.CLEAN, days_ago=900)
    await judged(database, infected[1], FileStatus.QUARANTINED, days_ago=31)
    names, _ = await purge.purge(database, POLICY.limits(NOW))
    assert names == 0
    assert status_of(books, kept[1]) == ("clean", 1)
    assert status_of(books, infected[1]) == ("erased", 0)


async def test_evidence_is_bound_to_the_digest_of_its_file(
    database: Database, books: Books
) -> None:
    row = await stored(database)
    proves(books, row[0], closed_days_ago=None)
    for change in (
        "UPDATE files SET sha256 = repeat('0', 64) WHERE id = %s",
        "UPDATE file_pieces p SET bytes = 'x' FROM files f WHERE f.sha256 = p.sha256 AND f.id = %s",
        "UPDATE dispute_evidence SET file_id = gen_random_uuid() WHERE file_id = %s",
        "DELETE FROM dispute_evidence WHERE file_id = %s",
        "DELETE FROM files WHERE id = %s",
    ):
        with pytest.raises(psycopg.DatabaseError, match=r"append-only|foreign key"):
            books.connection.execute(change, (row[0],))


async def test_a_purge_leaves_a_file_that_is_being_attached(
    database: Database, database_url: str, books: Books
) -> None:
    """It neither waits for whoever attaches it nor fails."""
    being_attached, old = await stored(database, days_ago=3), await stored(database, days_ago=3)
    async with await psycopg.AsyncConnection.connect(database_url) as attaching:
        await attaching.execute("SELECT FROM files WHERE id = %s FOR KEY SHARE", being_attached[:1])
        assert await purge.purge(database, POLICY.limits(NOW)) == (1, 1)
    assert status_of(books, being_attached[1]) == ("received", 1)
    assert status_of(books, old[1]) == ("erased", 0)
    await purge.purge(database, POLICY.limits(NOW))


async def test_an_erased_content_that_is_handed_in_again_is_scanned_again(
    database: Database, books: Books
) -> None:
    content = uuid4().hex.encode()
    _, sha256 = await stored(database, days_ago=3, content=content)
    await judged(database, sha256, FileStatus.CLEAN)
    await purge.purge(database, POLICY.limits(NOW))
    await stored(database, content=content)
    assert status_of(books, sha256) == ("received", 1)


@pytest.mark.parametrize("status", [FileStatus.CLEAN, FileStatus.QUARANTINED])
async def test_the_first_verdict_stands(
    database: Database, books: Books, status: FileStatus
) -> None:
    _, sha256 = await stored(database)
    await judged(database, sha256, status)
    for later in (FileStatus.CLEAN, FileStatus.QUARANTINED, FileStatus.UNSCANNABLE):
        await judged(database, sha256, later)
    assert status_of(books, sha256)[0] == status


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'quarantined', finding = 'x'", "file_moves_as_allowed"),
        ("status = 'received', due_at = now()", "file_moves_as_allowed"),
        ("status = 'unscannable'", "file_moves_as_allowed"),
        ("media_type = 'text/html', status = 'erased'", "file_moves_as_allowed"),
        ("finding = 'x', status = 'erased', due_at = now()", "due_until_scanned"),
        ("status = 'erased', scanner = NULL", "scanned_by_something"),
    ],
)
async def test_a_clean_content_is_never_anything_else_but_erased(
    database: Database, books: Books, change: str, constraint: str
) -> None:
    _, sha256 = await stored(database)
    await judged(database, sha256, FileStatus.CLEAN)
    update = f"UPDATE file_contents SET {change} WHERE sha256 = %(s)s RETURNING 1"  # noqa: S608
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        books.rows(update, s=sha256)
    assert refused.value.diag.constraint_name == constraint


async def test_nothing_is_clean_without_a_scanner(database: Database, books: Books) -> None:
    _, sha256 = await stored(database)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        books.rows(
            "UPDATE file_contents SET status = 'clean', due_at = NULL WHERE sha256 = %(s)s"
            " RETURNING 1",
            s=sha256,
        )
    assert refused.value.diag.constraint_name == "judged_by_a_scanner"


async def test_pieces_stay_until_their_content_is_erased(database: Database, books: Books) -> None:
    _, sha256 = await stored(database)
    with pytest.raises(psycopg.errors.CheckViolation) as refused:
        books.rows("DELETE FROM file_pieces WHERE sha256 = %(s)s RETURNING 1", s=sha256)
    assert refused.value.diag.constraint_name == "pieces_stay_until_erased"


async def test_a_content_that_lost_a_piece_is_a_difference(
    database: Database, books: Books
) -> None:
    _, sha256 = await stored(database)
    assert [one async for one in differences(database)] == []
    books.connection.execute(b"SET session_replication_role = replica")
    books.rows("DELETE FROM file_pieces WHERE sha256 = %(s)s RETURNING 1", s=sha256)
    found = [one async for one in differences(database) if sha256 in one.found]
    assert [one.invariant for one in found] == [KEPT_WHOLE]
    books.put("file_pieces", sha256=sha256, number=1, bytes=b"x" * 32)
    books.connection.execute(b"SET session_replication_role = origin")
