"""Open pages hear of what their session may see, and of nothing else, as long as it lives."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from types import MappingProxyType
from uuid import uuid4

import pytest
import pytest_asyncio

from db.announcement import Announcement, Changed
from db.database import Database
from domain.access.roles import Role
from starter.caller import CALLING_ROLES, Caller, caller_of
from starter.cli.serving import GRACE_SECONDS
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.secret_token import hash_of
from starter.web import live
from starter.web.http import changes
from starter.web.http.changes import MAX_STREAMS_OF_SESSION, MAX_UNTOLD, Changes, Stream
from starter.web.http.session import CLIENT_IDLE, Session, Sessions
from tests.books import Books
from tests.patience import PATIENCE_SECONDS
from tests.renewal_books import RenewalBooks
from tests.starter.caller import environment
from tests.starter.served import PAUSE_SECONDS, Served, serving
from tests.starter.web.streams import Events, following

OWN_ACCOUNT = {
    "account": "40702810700000000417",
    "bic": "044525225",
    "bank_name": "ПАО Сбербанк",
    "name": "ООО «Копейка»",
    "inn": "7707083893",
    "written_by": "orlova",
    "created_at": "2026-04-27",
    "updated_at": "2026-04-27",
}
LISTENER = "SELECT pid FROM pg_stat_activity WHERE query = 'LISTEN changes'"


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "web.log"


@pytest.fixture(scope="module")
def process(database_url: str, log: Path) -> Iterator[Served]:
    """The pages as in production, without Temporal."""
    with serving(environment(database_url), log, "web") as served:
        yield served


@pytest_asyncio.fixture
async def pages(process: Served, books: Books) -> AsyncIterator[Served]:
    """The pages, once they listen to the database."""
    await process.ready()
    await listening(books)
    yield process


@pytest.fixture
def sessions(database: Database) -> Sessions:
    return Sessions(database, is_https=False)


async def listening(books: Books, other_than: int = 0) -> int:
    """The connection that listens, once there is one other than this."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            for row in books.rows(LISTENER):
                if row.pid != other_than:
                    return int(row.pid)
            await asyncio.sleep(PAUSE_SECONDS)


async def log_in(sessions: Sessions, client_id: str) -> str:
    return await sessions.begin(
        caller_of("buh@romashka.example", Role.CLIENT, client_id), [client_id], "link"
    )


AT = "2026-03-17T09:00:00Z"
BEGUN = MappingProxyType({"version": 1, "policy_version": 1, "opened_at": AT, "changed_at": AT})


def refund(books: Books, client_id: str) -> str:
    """A case of this client as its first step stores it; its id."""
    number = books.invoice(client_id=client_id)
    refund_id = f"refund-{number}-1"
    with books.connection.transaction():
        books.put(
            "refunds",
            id=refund_id,
            client_id=client_id,
            invoice_number=number,
            ordinal=1,
            asked={},
            stopped_on=AT,
            status="calculating",
            **BEGUN,
        )
        _begin(books, "refund", refund_id, "calculating")
    return refund_id


def renewal(books: RenewalBooks) -> tuple[str, str]:
    """A case that has no term yet, and whose client's it is."""
    asked = books.renewal_request(books.subscription())
    with books.connection.transaction():
        books.put(
            "renewals",
            id=asked.renewal_id,
            subscription_id=asked.subscription_id,
            client_id=asked.client_id,
            status="watching",
            **BEGUN,
        )
        _begin(books, "renewal", asked.renewal_id, "watching")
    return asked.renewal_id, asked.client_id


def _begin(books: Books, process: str, case_id: str, status: str) -> None:
    said = {"number": 1, "to_status": status, "at": AT, "by": "system", "answer": {}}
    books.put(f"{process}_history", **{f"{process}_id": case_id, **said})


def move(books: Books, case_id: str) -> None:
    """A change of the case."""
    table = f"{case_id.partition('-')[0]}s"
    sql = f"UPDATE {table} SET wait_until = now() WHERE id = %s"  # noqa: S608 - our own names
    books.connection.execute(sql.encode(), (case_id,))


def write_to(books: Books, role: str, client_id: str | None = None) -> None:
    """A message in somebody's inbox."""
    books.put(
        "notifications",
        id=str(uuid4()),
        occasion=uuid4().hex,
        role=role,
        client_id=client_id,
        channel="inbox",
        template="refund_opened",
        params={},
        status="sent",
        created_at=AT,
    )


async def caught_up(events: Events, books: Books, case_id: str) -> None:
    """Returns once the stream has told what was written before it began: it tells in the order in
    which things were stored.
    """
    move(books, case_id)
    await events.until(case_id)


async def test_a_client_hears_that_its_case_has_changed_and_nothing_but_its_id(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    client = books.client()
    case = refund(books, client)
    async with following(pages, await log_in(sessions, client)) as events:
        assert events.answer.headers["content-type"].startswith("text/event-stream")
        assert events.answer.headers["cache-control"] == "no-store"
        await caught_up(events, books, case)
        move(books, case)
        assert await events.said() == f"refund {case}"


async def test_a_client_never_hears_of_another_client(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    client, other = books.client(), books.client()
    mine, theirs = refund(books, client), refund(books, other)
    async with following(pages, await log_in(sessions, client)) as events:
        await caught_up(events, books, mine)
        move(books, theirs)
        write_to(books, "client", other)
        write_to(books, "specialist")
        books.payment(theirs.removeprefix("refund-").removesuffix("-1"), 100)
        move(books, mine)
        assert await events.said() == f"refund {mine}"


async def test_a_specialist_hears_of_every_client_and_of_its_own_inbox(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    case = refund(books, books.client())
    token = await sessions.begin(caller_of("petrova", Role.SPECIALIST, None), [], "issuer")
    async with following(pages, token) as events:
        await caught_up(events, books, case)
        write_to(books, "accountant")
        write_to(books, "client", books.client())
        write_to(books, "specialist")
        assert await events.said() == "inbox"
        move(books, case)
        assert await events.said() == f"refund {case}"


async def test_runs_and_differences_are_heard_of_by_bookkeepers_only(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    case = refund(books, books.client())
    books.put("own_accounts", **OWN_ACCOUNT)
    accountant = await sessions.begin(caller_of("orlova", Role.ACCOUNTANT, None), [], "issuer")
    specialist = await sessions.begin(caller_of("petrova", Role.SPECIALIST, None), [], "issuer")
    async with (
        following(pages, accountant) as events,
        following(pages, specialist) as others,
    ):
        await caught_up(events, books, case)
        await caught_up(others, books, case)
        assert await events.said() == f"refund {case}"
        run = books.row(
            "INSERT INTO payment_runs (id, own_account, payer, created_by, created_at)"
            " VALUES (gen_random_uuid(), %(a)s, '{}', 'orlova', now()) RETURNING id",
            a=OWN_ACCOUNT["account"],
        )
        assert await events.said() == f"run {run.id}"
        difference = {"id": str(uuid4()), "invariant": "ours", "subject": uuid4().hex}
        books.put("acquirer_differences", **difference, found="возврат", found_at=AT)
        assert await events.said() == f"difference {difference['id']}"
        move(books, case)
        assert await others.said() == f"refund {case}"


async def test_a_renewal_money_of_an_order_and_a_message_are_heard_of(
    pages: Served, books: RenewalBooks, sessions: Sessions
) -> None:
    case, client = renewal(books)
    number = books.invoice(client_id=client, paid=())
    async with following(pages, await log_in(sessions, client)) as events:
        await caught_up(events, books, case)
        move(books, case)
        assert await events.said() == f"renewal {case}"
        books.payment(number, 100)
        assert await events.said() == f"invoice {number}"
        write_to(books, "client", client)
        assert await events.said() == "inbox"
        read = "UPDATE notifications SET read_at = now() WHERE client_id = %s"
        books.connection.execute(read, (client,))
        assert await events.said() == "inbox"


async def test_a_session_that_is_logged_out_ends_its_streams_and_no_others(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    client = books.client()
    case = refund(books, client)
    token, other = await log_in(sessions, client), await log_in(sessions, client)
    async with following(pages, token) as events, following(pages, other) as others:
        await caught_up(others, books, case)
        await sessions.end(session_of(token, client))
        await events.ended()
        move(books, case)
        assert await others.said() == f"refund {case}"


async def test_what_is_open_for_one_organisation_ends_when_another_is_chosen(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    client = books.client()
    token = await log_in(sessions, client)
    async with following(pages, token) as events:
        chosen = await sessions.choose(session_of(token, client), client)
        await events.ended()
    case = refund(books, client)
    async with following(pages, chosen) as events:
        await caught_up(events, books, case)
        move(books, case)
        assert await events.said() == f"refund {case}"


async def test_a_session_that_nobody_uses_ends_its_streams_when_it_ends(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    token = await log_in(sessions, books.client())
    left = "seen_at = now() - %s + interval '1 second', began_at = now() - interval '1 day'"
    books.connection.execute(
        f"UPDATE sessions SET {left} WHERE token_hash = %s",  # noqa: S608 - our own words
        (CLIENT_IDLE, hash_of(token)),
    )
    async with following(pages, token) as events:
        began = time.monotonic()
        await events.ended()
        assert time.monotonic() - began < live.HEARTBEAT_SECONDS


async def test_a_stream_is_no_use_of_the_session(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    token = await log_in(sessions, books.client())
    ago = "seen_at = now() - interval '1 hour', began_at = now() - interval '1 day'"
    sql = f"UPDATE sessions SET {ago} WHERE token_hash = %s"  # noqa: S608 - our own words
    books.connection.execute(sql.encode(), (hash_of(token),))
    seen = "SELECT seen_at FROM sessions WHERE token_hash = %(hash)s"
    before = books.row(seen, hash=hash_of(token))
    async with following(pages, token):
        assert books.row(seen, hash=hash_of(token)) == before


async def test_a_session_has_so_many_streams_and_gets_another_when_one_is_closed(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    token = await log_in(sessions, books.client())
    async with AsyncExitStack() as streams:
        for _ in range(MAX_STREAMS_OF_SESSION - 1):
            await streams.enter_async_context(following(pages, token))
        async with following(pages, token) as last:
            assert last.status == 200
            async with following(pages, token) as refused:
                assert refused.status == 429
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                async with following(pages, token) as again:
                    if again.status == 200:
                        break


async def test_nobody_follows_without_a_session(pages: Served) -> None:
    async with following(pages, "nobody") as events:
        assert events.status == 204


async def test_streams_end_with_the_connection_that_listens_and_the_next_ones_hear_again(
    pages: Served, books: Books, sessions: Sessions
) -> None:
    client = books.client()
    case = refund(books, client)
    token, listener = await log_in(sessions, client), await listening(books)
    async with following(pages, token) as events:
        books.row("SELECT pg_terminate_backend(%(pid)s)", pid=listener)
        await events.ended()
    await listening(books, other_than=listener)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with following(pages, token) as events:
                if events.status != 200:
                    assert events.status == 503
                    continue
                await caught_up(events, books, case)
                return


async def test_a_process_that_is_told_to_stop_waits_for_no_stream(
    books: Books, database_url: str, sessions: Sessions, tmp_path: Path
) -> None:
    with serving(environment(database_url), tmp_path / "web.log", "web") as served:
        await served.ready()
        token = await log_in(sessions, books.client())
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                async with following(served, token) as events:
                    if events.status != 200:
                        continue
                    began = time.monotonic()
                    served.process.send_signal(signal.SIGTERM)
                    await events.ended()
                    break
        assert served.process.wait(PATIENCE_SECONDS) == -signal.SIGTERM
        assert time.monotonic() - began < GRACE_SECONDS
        assert "Traceback" not in served.logged()


def session_of(token: str, client_id: str, login: str = "buh@romashka.example") -> Session:
    return Session(
        token_hash=hash_of(token),
        id=uuid4(),
        caller=caller_of(login, Role.CLIENT, client_id),
        language="ru",
        began_by="link",
        id_token=None,
        organisations=(),
        unread=0,
        parked=0,
        subscription=None,
    )


async def test_a_stream_with_nothing_to_say_has_a_sign_of_life(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.01)
    stream = Stream(session_of("token", "client"))
    events = live._said(stream, 10.0)
    assert [await anext(events) for _ in range(2)] == [":\n\n", ":\n\n"]
    stream.tell(("refund", "refund-1-1"))
    stream.tell(("refund", "refund-2-1"))
    assert await anext(events) == "data: refund refund-1-1 refund-2-1\n\n"


def test_a_stream_that_nobody_reads_is_ended_before_it_grows() -> None:
    stream = Stream(session_of("token", "client"))
    for number in range(MAX_UNTOLD):
        stream.tell((f"refund-{number}-1",))
    assert not stream.is_over
    stream.tell(("refund-last-1",))
    assert stream.is_over


async def test_a_process_has_so_many_streams(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MAX_STREAMS", 2)
    here = Changes(database)
    assert _refusal(here) is RefusalKind.UNAVAILABLE
    async with here.listening():
        async with asyncio.timeout(PATIENCE_SECONDS):
            while _refusal(here) is RefusalKind.UNAVAILABLE:  # noqa: ASYNC110 - the database's turn
                await asyncio.sleep(PAUSE_SECONDS)
        assert _refusal(here) is None
        assert _refusal(here) is RefusalKind.TOO_OFTEN


async def test_a_person_has_so_many_streams_however_often_he_has_logged_in(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MAX_STREAMS_OF_PERSON", 2)
    here = Changes(database)
    async with here.listening():
        async with asyncio.timeout(PATIENCE_SECONDS):
            while _refusal(here) is RefusalKind.UNAVAILABLE:  # noqa: ASYNC110 - the database's turn
                await asyncio.sleep(PAUSE_SECONDS)
        assert _refusal(here) is None
        assert _refusal(here) is RefusalKind.TOO_OFTEN
        assert _refusal(here, "somebody.else") is None


def _refusal(here: Changes, login: str = "buh@romashka.example") -> RefusalKind | None:
    """Why a stream of a new session of this person is refused, if it is."""
    try:
        here.open(session_of(uuid4().hex, "client", login))
    except Refusal as refusal:
        return refusal.kind
    return None


@pytest.mark.parametrize("kind", sorted(set(Changed) - {Changed.SESSION}))
def test_somebody_sees_every_kind_of_change(kind: Changed) -> None:
    """An announcement that has no row in the table of who reads it would end every stream."""
    readers = [Caller("petrova", role, "romashka-7") for role in CALLING_ROLES]
    assert any(
        changes.may_see(one, Announcement(kind, str(one.role), "romashka-7")) for one in readers
    )
