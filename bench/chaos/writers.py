"""All who write to support in a storm: set up, at their worst weather, and judged."""

import asyncio
import hashlib
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from http import HTTPStatus
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bench.chaos.letters import Post, message_id
from bench.chaos.our_books import OurBooks
from bench.chaos.writer_play import FILE_NAME, Letters, WriterPlay
from bench.chaos.writer_scenarios import WriterPlan
from db.access import telegram
from db.database import Database
from sandbox.scanner.faults import FaultKind
from sandbox.telegram.faults import Fault
from simulation.api_client import ApiClient
from simulation.loading import client_body
from simulation.people import BILLING, caller_of
from simulation.sandboxes import Sandbox, Telegram
from stack.embedded import Stack
from stack.product import MAIL_FROM, SUPPORT_EMAIL
from texts import translate

WEATHER_SECONDS = 1.5
"""After so long other faults are in force."""
SEND, POLL, FILE, DOCUMENT = "sendMessage", "getUpdates", "getFile", "sendDocument"
OF_TELEGRAM: Sequence[dict[str, Any]] = (
    {"kind": Fault.BUSY, "method": SEND, "times": 2, "seconds": 1},
    {"kind": Fault.SILENCE, "method": SEND, "times": 2},
    {"kind": Fault.LOST, "method": SEND, "times": 2},
    {"kind": Fault.ERROR, "method": SEND, "times": 2},
    {"kind": Fault.SLOW, "method": SEND, "times": 2, "seconds": 1},
    {"kind": Fault.SILENCE, "method": DOCUMENT, "times": 2},
    {"kind": Fault.LOST, "method": DOCUMENT, "times": 2},
    {"kind": Fault.SILENCE, "method": None, "times": 2},
    {"kind": Fault.TWICE, "method": POLL, "times": 3},
    {"kind": Fault.REVERSED, "method": POLL, "times": 3},
    {"kind": Fault.SINGLY, "method": POLL, "times": 5},
    {"kind": Fault.SILENCE, "method": POLL, "times": 1},
    {"kind": Fault.ERROR, "method": POLL, "times": 1},
    {"kind": Fault.BUSY, "method": POLL, "times": 1, "seconds": 1},
    {"kind": Fault.LOST, "method": FILE, "times": 1},
    {"kind": Fault.ERROR, "method": FILE, "times": 1},
)
"""Rules that are drawn from; nobody is blocked but by who blocks."""
OF_SCANNER: Sequence[dict[str, Any]] = (
    {"kind": FaultKind.SLOW, "seconds": 1, "times": 2},
    {"kind": FaultKind.HANGS_UP, "times": 1},
    {"kind": FaultKind.DIES, "times": 1},
    {"kind": FaultKind.ERROR, "times": 1},
    {"kind": FaultKind.GARBLED, "times": 1},
)
RULES_AT_ONCE = 6
AWAY = "Меня нет на месте."
OURS_AS_SENDER = "Письмо с нашего же адреса."
LINK_LIVES = timedelta(minutes=10)
_MARK = re.compile(r"mark-\d+-\d+\.")
_THREAD = """
SELECT m.text, m.channel FROM tickets t JOIN ticket_history h ON h.ticket_id = t.id
JOIN ticket_messages m ON m.id = h.submission_id
WHERE t.client_id = %(client)s AND NOT m.is_ours ORDER BY t.number, h.number
"""
_UNDONE = """
SELECT 'update ' || update_id AS what FROM telegram_updates WHERE done_at IS NULL
UNION ALL SELECT 'message ' || id FROM telegram_outbox WHERE status IN ('queued', 'sending')
UNION ALL SELECT 'incoming letter ' || id FROM incoming_letters WHERE done_at IS NULL
UNION ALL SELECT 'content ' || sha256 FROM file_contents WHERE status = 'received'
"""
_READ = "SELECT sender, count(DISTINCT sha256) AS letters FROM incoming_letters GROUP BY sender"
_LETTERS = "SELECT outcome, reason, message_key FROM incoming_letters WHERE sender = %(sender)s"
_OUTGOING = """
SELECT o.status FROM telegram_outbox o JOIN ticket_messages m ON m.id = o.ticket_message_id
WHERE o.chat_id = %(chat)s AND m.text = %(text)s AND o.file_id IS NULL
"""
_OUTGOING_FILE = """
SELECT o.status FROM telegram_outbox o JOIN files f ON f.id = o.file_id
WHERE o.chat_id = %(chat)s AND f.name = %(text)s
"""
_CONTENT = "SELECT status FROM file_contents WHERE sha256 = %(sha256)s"


@dataclass
class Writers:
    """The people, their machines, and what is done to Telegram and the scanner meanwhile."""

    plays: Sequence[WriterPlay]
    post: Post
    ours: OurBooks
    telegram: Telegram
    scanner: Sandbox
    letters: Letters
    answered: set[str]
    """The letters of ours that a machine has answered."""

    async def storm(self, rng: Random) -> None:
        """Until cancelled: machines answer letters, and the outside is at its worst."""
        await self._write_as_ourselves()
        while True:
            await self.telegram.misbehave(_drawn(OF_TELEGRAM, rng))
            await self.scanner.misbehave(_drawn(OF_SCANNER, rng)[:1])
            await self._answer_as_machines()
            await asyncio.sleep(WEATHER_SECONDS)

    async def calm(self) -> None:
        """The outside is honest again."""
        await self.telegram.misbehave([])
        await self.scanner.misbehave([])

    async def undone(self) -> list[str]:
        """What is not worked through, sent or scanned."""
        await self._answer_as_machines()
        read = {row.sender: row.letters for row in await self.ours.rows(_READ)}
        return [
            *(f"{row.what} is not done" for row in await self.ours.rows(_UNDONE)),
            *(
                f"{count - read.get(sender, 0)} letters of {sender} are not read"
                for sender, count in self.letters.sent.items()
                if count > read.get(sender, 0)
            ),
        ]

    async def wrong(self) -> list[str]:
        """What must not be: lost, repeated, out of order, given away, answered by a machine."""
        found = [one for play in self.plays for one in await self._wrong_of(play)]
        return found + await self._wrong_of_machines()

    async def _wrong_of(self, play: WriterPlay) -> list[str]:
        thread = await self.ours.rows(_THREAD, client=play.plan.client.id)
        marks = [mark for row in thread for mark in _MARK.findall(row.text)]
        wrong = list(play.stolen)
        if marks != play.said:
            wrong.append(f"asker {play.plan.number} wrote {play.said}, we have {marks}")
        if play.plan.has_account:
            wrong += [one async for one in self._wrong_in_telegram(play)]
        if play.ticket_id is not None:
            wrong += [one async for one in self._wrong_files(play)]
        return wrong

    async def _wrong_in_telegram(self, play: WriterPlay) -> AsyncIterator[str]:
        """Each answer, and each of its files, once; twice only where the second says so; never only
        where we know it.
        """
        heard, again = await self.telegram.heard(play.plan.chat_id), translate("telegram.again")
        after = play.chat_when_blocked
        if after is not None and heard[after:]:
            yield f"chat {play.plan.chat_id} has blocked the bot and hears {heard[after:]}"
        told = [(_OUTGOING, answer) for answer in play.told]
        for outgoing, answer in told + [(_OUTGOING_FILE, name) for name in play.sent]:
            came = [one.startswith(again) for one in heard if answer in one]
            rows = await self.ours.rows(outgoing, chat=play.plan.chat_id, text=answer)
            settled = [row.status for row in rows]
            if sorted(came) not in ([False], [True], [False, True], []) or len(settled) > 1:
                yield f"chat {play.plan.chat_id} hears {answer} so often: {came}, we {settled}"
            if not came and "sent" in settled:
                yield f"chat {play.plan.chat_id} has not heard {answer}, which we hold for sent"
            if not came and not play.plan.blocks and settled != ["unknown"]:
                yield f"chat {play.plan.chat_id} has not heard {answer}: {settled}"

    async def _wrong_files(self, play: WriterPlay) -> AsyncIterator[str]:
        files = [one for one in await play.files() if one[0] == FILE_NAME]
        right = play.plan.file
        if len(files) != (right is not None):
            yield f"{play.ticket_id} has {len(files)} files"
        for name, status, content in files:
            (row,) = await self.ours.rows(_CONTENT, sha256=_digest(right))
            is_given = status == HTTPStatus.OK
            if is_given != (row.status == "clean") or (is_given and content != right):
                yield f"{play.ticket_id} «{name}»: {row.status}, answered {status}"
            if is_given and play.plan.has_infected_file:
                yield f"{play.ticket_id} gives «{name}» away"

    async def _wrong_of_machines(self) -> list[str]:
        """What machines and our own address have written is parked, and nobody answers it."""
        stored = await self.ours.rows(
            "SELECT text FROM ticket_messages WHERE text = ANY(%(said)s)",
            said=[AWAY, OURS_AS_SENDER],
        )
        wrong = [f"taken for a message: {row.text}" for row in stored]
        for play in self.plays:
            if play.plan.is_away:
                rows = await self.ours.rows(_LETTERS, sender=play.plan.client.email)
                parked = {row.message_key for row in rows if row.reason == "automatic"}
                due = len(self._to_be_answered(play.plan))
                if not parked or len(parked) != due:
                    wrong.append(f"{play.plan.client.email}: {due} automatic, {len(parked)} parked")
        own = await self.ours.rows(_LETTERS, sender=SUPPORT_EMAIL)
        if {row.outcome for row in own} != {"parked"}:
            wrong.append(f"our own address is a sender: {own}")
        return wrong

    async def _answer_as_machines(self) -> None:
        for play in self.plays:
            if not play.plan.is_away:
                continue
            for letter in self._to_be_answered(play.plan):
                if message_id(letter) not in self.answered:
                    await self._answer_as_machine(play.plan, letter)
                    self.answered.add(message_id(letter))

    def _to_be_answered(self, plan: WriterPlan) -> Sequence[EmailMessage]:
        """Our letters to a client, each once."""
        ours = [one for one in self.post.letters() if one["To"] == plan.client.email]
        return list({message_id(one): one for one in ours}.values())

    async def _answer_as_machine(self, plan: WriterPlan, letter: EmailMessage) -> None:
        """Under an id of its own letter: the end of the storm may come while it is handed in, and
        then it is handed in again.
        """
        to = str(letter["Reply-To"] or SUPPORT_EMAIL)
        said = _letter(plan.client.email, to, AWAY)
        said.replace_header("Message-ID", f"<auto.{message_id(letter)}>")
        said["Auto-Submitted"], said["In-Reply-To"] = "auto-replied", letter["Message-ID"]
        await self.letters.send(said, to)

    async def _write_as_ourselves(self) -> None:
        await self.letters.send(
            _letter(SUPPORT_EMAIL, SUPPORT_EMAIL, OURS_AS_SENDER), SUPPORT_EMAIL
        )


@asynccontextmanager
async def writers(
    stack: Stack, api: ApiClient, post: Post, ours: OurBooks, plans: Sequence[WriterPlan]
) -> AsyncIterator[Writers]:
    """Registers the clients, and links the accounts of those who have any."""
    letters = Letters(stack.smtp_port)
    async with Telegram(stack.telegram_url) as telegram_, Sandbox(stack.scanner_url) as scanner:
        for plan in plans:
            body = client_body(plan.client)
            await api.command(BILLING, "PUT", f"/v1/clients/{plan.client.id}", body)
        async with Database(stack.database_url) as database:
            for plan in plans:
                if plan.has_account:
                    await _link(database, plan)
        plays = [WriterPlay(plan, api, post, ours, telegram_, letters) for plan in plans]
        yield Writers(plays, post, ours, telegram_, scanner, letters, set())


def ours_among(letters: Sequence[EmailMessage]) -> Iterator[EmailMessage]:
    """The letters that we have sent: clients write to the same server."""
    return (one for one in letters if one["From"] == MAIL_FROM)


async def _link(database: Database, plan: WriterPlan) -> None:
    """As the one-time link does that an account opens and the cabinet confirms."""
    link_id, now = uuid5(NAMESPACE_URL, plan.client.id), datetime.now(UTC)
    login, client_id = caller_of(plan.client).login, plan.client.id
    await telegram.put_switch(database, client_id, is_on=True, by=login, now=now)
    async with database.transaction() as transaction:
        telegram.put_link(
            transaction,
            link_id,
            link_id.bytes + link_id.bytes,
            client_id=client_id,
            login=login,
            now=now,
            ends_at=now + LINK_LIVES,
        )
        telegram.open_link(transaction, link_id, plan.chat_id, f"account {plan.chat_id}", now)
        telegram.confirm(transaction, link_id, now)


def _drawn(rules: Sequence[dict[str, Any]], rng: Random) -> Sequence[dict[str, Any]]:
    return rng.sample(rules, min(RULES_AT_ONCE, len(rules)))


def _letter(sender: str, to: str, text: str) -> EmailMessage:
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"], letter["Subject"] = sender, to, text
    letter["Message-ID"] = make_msgid(domain="askers.example")
    letter.set_content(text)
    return letter


def _digest(content: bytes | None) -> str:
    return hashlib.sha256(content or b"").hexdigest()


def counted(plays: Sequence[WriterPlay]) -> Counter[str]:
    """Messages by the way that their writers have."""
    counts: Counter[str] = Counter()
    for play in plays:
        counts[str(play.plan.way)] += len(play.said)
    return counts
