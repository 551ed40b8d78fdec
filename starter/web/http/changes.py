"""What has changed, from the database to every open page of this process."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import MappingProxyType

import structlog

from db.announcement import CHANNEL, Announcement, Changed, announcement_in
from db.database import Database, DatabaseFailure
from domain.access.roles import Role
from starter.access import roles_of
from starter.caller import Caller
from starter.commands.refusal import Refusal, RefusalKind, unavailable
from starter.web.http.session import Session

MAX_STREAMS = 500
"""Streams of one process; who comes later looks every now and then by itself."""
MAX_STREAMS_OF_SESSION = 6
"""Pages of one session that are looked at in the same moment; hidden ones have no stream."""
MAX_STREAMS_OF_PERSON = 24
"""Of all sessions of one person together: four browsers full; nobody takes all streams from the
others by logging in again and again.
"""
MAX_UNTOLD = 200
"""Changes that wait to be told on a stream; one that falls further behind is ended, and its page
looks at everything when it comes back.
"""
QUIET_SECONDS = 30.0
"""How long one wait for an announcement lasts."""
LISTEN_AGAIN_SECONDS = 2.0
"""The pause after the database was lost."""

_READ_BY: Mapping[Changed, str] = MappingProxyType(
    {
        Changed.REFUND: "read_refund",
        Changed.RENEWAL: "read_renewal",
        Changed.INVOICE: "read_invoice",
        Changed.TICKET: "read_ticket",
        Changed.GOODS_RETURN: "read_goods_return",
        Changed.COLLECTION: "read_collection",
        Changed.DISPUTE: "read_dispute",
        Changed.INCIDENT: "list_open_incidents",
        Changed.TELEGRAM: "ask_telegram_link",
        Changed.RUN: "read_payment_run",
        Changed.RECEIPT: "list_receipts",
        Changed.DIFFERENCE: "list_acquirer_differences",
        Changed.BANK_STATEMENT: "read_bank_statement",
    }
)

log = structlog.get_logger()


class Stream:
    """An open page's stream: what it has not been told yet, and whether it is over."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.is_over = False
        self._untold: dict[str, None] = {}
        self._woken = asyncio.Event()

    def tell(self, topics: Sequence[str]) -> None:
        """Says these words as soon as the stream is read."""
        if self.is_over:
            return
        self._untold.update(dict.fromkeys(topics))
        if len(self._untold) > MAX_UNTOLD:
            self.end()
        self._woken.set()

    def end(self) -> None:
        """Nothing more is said."""
        self.is_over = True
        self._woken.set()

    async def news(self, seconds: float) -> Sequence[str]:
        """What has not been told; waits so long for it, and may give nothing."""
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return ()
        self._woken.clear()
        topics, self._untold = tuple(self._untold), {}
        return topics


class Changes:
    """Listens to the database, on one connection, and tells every stream what its session may see.

    A stream lives no longer than that connection: whoever opens another looks at everything again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._streams: set[Stream] = set()
        self._is_listening = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Listens inside the block, again and again when the database is lost."""
        task = asyncio.create_task(self._listen_always())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def open(self, session: Session) -> Stream:
        """A new stream, which its owner gives back to `close`.

        Raises `Refusal`: `too_many_streams`, or `database_unavailable` while nothing is heard.
        """
        if not self._is_listening:
            raise unavailable("database_unavailable")
        if self._is_full_for(session):
            raise Refusal(RefusalKind.TOO_OFTEN, "too_many_streams")
        stream = Stream(session)
        self._streams.add(stream)
        return stream

    def _is_full_for(self, session: Session) -> bool:
        login = session.caller.login
        of_person = [one.session for one in self._streams if one.session.caller.login == login]
        of_session = sum(one.token_hash == session.token_hash for one in of_person)
        return (
            len(self._streams) >= MAX_STREAMS
            or len(of_person) >= MAX_STREAMS_OF_PERSON
            or of_session >= MAX_STREAMS_OF_SESSION
        )

    def close(self, stream: Stream) -> None:
        """Forgets a stream."""
        self._streams.discard(stream)

    def end_all(self) -> None:
        """Ends every stream, so that a process that is told to stop waits for none; new ones are
        refused.
        """
        self._is_listening = False
        for stream in self._streams:
            stream.end()

    async def _listen_always(self) -> None:
        while True:
            try:
                await self._listen()
            except (DatabaseFailure, ValueError) as failure:  # lost, or said by somebody else
                log.warning("changes.not_heard", reason=str(failure))
            except Exception:  # a fault of ours must not leave every page without news for ever
                log.exception("changes.failed")
            finally:
                self.end_all()
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _listen(self) -> None:
        async with self._database.listen(CHANNEL) as announced:
            self._is_listening = True
            while True:
                for payload in await announced(QUIET_SECONDS):
                    self._tell(announcement_in(payload))

    def _tell(self, change: Announcement) -> None:
        for stream in self._streams:
            if change.kind is Changed.SESSION:
                if change.subject == stream.session.token_hash.hex():
                    stream.end()
            elif may_see(stream.session.caller, change):
                stream.tell(topics_of(change))


def may_see(caller: Caller, change: Announcement) -> bool:
    """Whether the access table lets a caller read what has changed."""
    if change.kind is Changed.INBOX:
        return change.subject == caller.role and change.client_id == caller.client_id
    is_for_all = change.kind is Changed.INCIDENT
    if caller.role is Role.CLIENT and not is_for_all and change.client_id != caller.client_id:
        return False
    return caller.role in roles_of(_READ_BY[change.kind])


def topics_of(change: Announcement) -> Sequence[str]:
    """The words that a page may be live for: a kind of things, or one thing by its id."""
    return (change.kind,) if change.kind is Changed.INBOX else (change.kind, change.subject)
