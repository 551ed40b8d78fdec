"""One client that writes to support, reads what we answer, and writes again."""

import asyncio
import smtplib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid
from http import HTTPStatus
from typing import Any

from bench.chaos.letters import Post
from bench.chaos.our_books import OurBooks
from bench.chaos.writer_scenarios import Way, WriterPlan
from domain.ticket.telegram import Button, Step, Verb
from sandbox.scanner.terms import EICAR
from simulation.api_client import ApiClient, Request, found_in
from simulation.expectation import Unexpected
from simulation.people import SPECIALIST, caller_of
from simulation.sandboxes import Telegram
from simulation.upload import upload
from stack.ports import LOOPBACK
from stack.product import SUPPORT_EMAIL
from starter.caller import Caller

LOOK_SECONDS = 1.5
PATIENCE_SECONDS = 240.0
DEPARTMENT = "support"
FILE_NAME = "file.txt"
IN_A_ROW = 2
"""Replies that are sent one behind the other, without waiting."""
SEND_PAUSE_SECONDS = 0.5
_DRAFT = """
SELECT id FROM telegram_drafts
WHERE chat_id = %(chat)s AND ended_at IS NULL AND id > %(after)s AND ticket_id IS NOT DISTINCT FROM
      CAST(%(ticket)s AS text)
"""


class Letters:
    """Hands letters to the mail server, again while it is away: the same letter may come twice.

    `sent` counts the letters that were taken, by their senders.
    """

    def __init__(self, smtp_port: int) -> None:
        self.sent: Counter[str] = Counter()
        self._port = smtp_port

    async def send(self, letter: EmailMessage, to: str) -> None:
        """Raises `Unexpected` when nobody takes it."""
        content, deadline = letter.as_bytes(policy=SMTP), time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                await asyncio.to_thread(self._hand_in, content, str(letter["From"]), to)
            except (OSError, smtplib.SMTPException) as error:
                if time.monotonic() > deadline:
                    raise Unexpected("a letter to support", "to be taken", error) from None
                await asyncio.sleep(SEND_PAUSE_SECONDS)
            else:
                self.sent[str(letter["From"])] += 1
                return

    def _hand_in(self, content: bytes, sender: str, to: str) -> None:
        with smtplib.SMTP(LOOPBACK, self._port, timeout=PATIENCE_SECONDS) as smtp:
            smtp.sendmail(sender, [to], content)


class WriterPlay:
    """A question, our answer, replies, another answer.

    `said` are the marks of what it wrote, in order; `told` those of our answers, `sent` the names
    of their files; `stolen` are files that it was given and must not have been.
    """

    def __init__(
        self,
        plan: WriterPlan,
        api: ApiClient,
        post: Post,
        ours: OurBooks,
        telegram: Telegram,
        letters: Letters,
    ) -> None:
        self.plan = plan
        self.said: list[str] = []
        self.told: list[str] = []
        self.sent: list[str] = []
        self.stolen: list[str] = []
        self.ticket_id: str | None = None
        self.chat_when_blocked: int | None = None
        self._api = api
        self._post = post
        self._ours = ours
        self._telegram = telegram
        self._letters = letters
        self._client = caller_of(plan.client)
        self._draft = 0
        self._writes: Mapping[Way, Callable[[Sequence[str]], Awaitable[None]]] = {
            Way.API: self._reply_by_api,
            Way.MAIL: self._reply_by_mail,
            Way.TELEGRAM: self._reply_in_telegram,
        }

    @property
    def cases(self) -> tuple[str, ...]:
        """Its ticket."""
        return () if self.ticket_id is None else (self.ticket_id,)

    async def play(self) -> None:
        """Until our second answer is given."""
        await self._ask()
        self.ticket_id = (await self._until(self._opened, "a ticket"))["id"]
        await self._is_taken()
        await self.steal()
        await self._answered()
        await self._write(self.plan.way, IN_A_ROW)
        if self.plan.crosses is not None:
            await self._write(self.plan.crosses, 1)
        if self.plan.blocks:
            await self._telegram.do(self.plan.chat_id, "block")
            self.chat_when_blocked = len(await self._telegram.heard(self.plan.chat_id))
        await self._answered()
        await self.steal()

    async def files(self) -> Sequence[tuple[str, int, bytes]]:
        """The names of its ticket's files, and what asking for each is answered with."""
        found = []
        for message in await self._messages():
            for file in message["files"]:
                path = f"/v1/tickets/{self.ticket_id}/files/{file['id']}"
                answer = await self._api.answer(self._client, Request("GET", path))
                found.append((str(file["name"]), answer.status_code, bytes(answer.content)))
        return found

    async def steal(self) -> None:
        """Asks for its files, whatever the scanner has said of them."""
        for name, status, content in await self.files():
            if status == HTTPStatus.OK and EICAR in content:
                self.stolen.append(f"{self.ticket_id} gives «{name}» away")

    # How it asks.

    async def _ask(self) -> None:
        match self.plan.way:
            case Way.API:
                asked = {"department": DEPARTMENT, "topic": self._topic, "text": self._mark()}
                files = await self._uploaded(self._client, FILE_NAME, self.plan.file)
                asking = Request("POST", "/v1/tickets", {**asked, "files": files})
                await self._api.ask(self._client, asking)
            case Way.MAIL:
                await self._send(self._mark(), SUPPORT_EMAIL)
            case Way.TELEGRAM:
                await self._ask_in_telegram()

    async def _uploaded(self, caller: Caller, name: str, content: bytes | None) -> list[str]:
        """The id of a file that is handed in, if there is one."""
        if content is None:
            return []
        sent = upload({name: content}, "text/plain")
        answer = await self._api.answer(caller, sent)
        if not answer.is_success:
            raise Unexpected(f"{self._topic}: its file", "to be taken", found_in(answer))
        return [one["id"] for one in answer.json()]

    async def _ask_in_telegram(self) -> None:
        """All at once, behind the first question of the bot: what is written waits for nothing."""
        await self._say("/createticket")
        self._draft = await self._new_draft(None)
        await self._press(Button(Verb.CHOOSE, self._draft, Step.DEPARTMENT, DEPARTMENT))
        await self._say(self._topic)
        await self._press(Button(Verb.SKIP, self._draft, Step.SUBJECT))
        await self._say(self._mark())
        if self.plan.file is not None:
            content, album = self.plan.file.decode(), f"album-{self.plan.number}"
            await self._telegram.do(
                self.plan.chat_id, "file", name=FILE_NAME, content=content, album=album
            )
        await self._say(self._mark())
        await self._press(Button(Verb.FINISH, self._draft, Step.MESSAGES))

    # How it replies.

    async def _write(self, way: Way, count: int) -> None:
        """So many messages one behind the other, until the thread has all of them."""
        await self._writes[way]([self._mark() for _ in range(count)])
        await self._is_taken()

    async def _reply_by_api(self, marks: Sequence[str]) -> None:
        path = f"/v1/tickets/{self.ticket_id}/reply"
        for mark in marks:
            await self._api.ask(self._client, Request("POST", path, {"text": mark}))

    async def _reply_by_mail(self, marks: Sequence[str]) -> None:
        to = await self._until(self._reply_address, "a letter that can be answered")
        for mark in marks:
            await self._send(mark, to)

    async def _reply_in_telegram(self, marks: Sequence[str]) -> None:
        await self._press(Button(Verb.REPLY, int(str(self.ticket_id).partition("-")[2])))
        self._draft = await self._new_draft(self.ticket_id)
        for mark in marks:
            await self._say(mark)
        await self._press(Button(Verb.FINISH, self._draft, Step.MESSAGES))

    async def _reply_address(self) -> str | None:
        of_ticket = f"+t{str(self.ticket_id).partition('-')[2]}."
        for letter in self._post.letters():
            if letter["To"] == self.plan.client.email and of_ticket in str(letter["Reply-To"]):
                return str(letter["Reply-To"])
        return None

    # What it waits for.

    async def _opened(self) -> Any:
        found = (await self._api.read(self._client, "/v1/tickets"))["items"]
        return found[0] if found else None

    async def _is_taken(self) -> None:
        async def has_all() -> bool:
            text = "\n".join(one["text"] for one in await self._messages())
            return all(mark in text for mark in self.said)

        await self._until(has_all, "all that was written")

    async def _messages(self) -> Sequence[Any]:
        path = f"/v1/tickets/{self.ticket_id}/messages"
        found: Sequence[Any] = (await self._api.read(self._client, path))["items"]
        return found

    async def _new_draft(self, ticket_id: str | None) -> int:
        """The draft that the bot has begun: whether its question came, nobody knows."""

        async def begun() -> Any:
            chat_id, after = self.plan.chat_id, self._draft
            return await self._ours.rows(_DRAFT, chat=chat_id, after=after, ticket=ticket_id)

        (row,) = await self._until(begun, "the bot to ask")
        return int(row.id)

    async def _until(self, look: Callable[[], Awaitable[Any]], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := await look()):
            if time.monotonic() > deadline:
                raise Unexpected(f"{self._topic} waits", what, f"none in {PATIENCE_SECONDS:g} s")
            await asyncio.sleep(LOOK_SECONDS)
        return found

    # Small things.

    async def _answered(self) -> None:
        """Staff answer, with a file where Telegram gets it."""
        answers, mark = len(self.told), f"answer-{self.plan.number}-{len(self.told)}."
        self.told.append(mark)
        name = f"paper-{self.plan.number}-{answers}.txt"
        paper = name.encode() if self.plan.has_account else None
        files = await self._uploaded(SPECIALIST, name, paper)
        self.sent += [name] * len(files)
        body = {"text": mark, "seen_answers": answers, "files": files}
        path = f"/v1/tickets/{self.ticket_id}/answer"
        await self._api.ask(SPECIALIST, Request("POST", path, body))

    def _mark(self) -> str:
        """What it writes: nobody else writes the same."""
        self.said.append(f"mark-{self.plan.number}-{len(self.said)}.")
        return self.said[-1]

    @property
    def _topic(self) -> str:
        return f"Writer {self.plan.number} ({self.plan.way})"

    async def _send(self, text: str, to: str) -> None:
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.plan.client.email, to, self._topic
        letter["Message-ID"] = make_msgid(domain="askers.example")
        letter.set_content(text)
        if self.plan.file is not None and to == SUPPORT_EMAIL:
            letter.add_attachment(self.plan.file, "text", "plain", filename=FILE_NAME)
        await self._letters.send(letter, to)

    async def _say(self, text: str) -> None:
        await self._telegram.do(self.plan.chat_id, "say", text=text)

    async def _press(self, button: Button) -> None:
        await self._telegram.do(self.plan.chat_id, "press", message_id=1, data=button.data)
