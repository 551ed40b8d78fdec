"""Files of our answers come to Telegram: only clean ones, each once, after what is said."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from activities.file.scan import FileActivities
from db.database import Database
from domain.access.roles import Role
from simulation.telegram import Account
from tests.gateways.sandbox_acquirer import eventually
from tests.gateways.sandbox_scanner import EICAR, SandboxScanner, scanner, scanner_process
from tests.scans import picture
from tests.starter.caller import Api
from tests.starter.telegram.support import Support
from tests.starter.telegram.test_delivery import AGAIN

__all__ = ["scanner", "scanner_process"]


@dataclass(frozen=True)
class Desk:
    """Staff who answer with files, and the scanner between them and the client."""

    support: Support
    steps: FileActivities

    async def scan(self) -> None:
        while await self.steps.scan_due():
            pass

    async def asked(self) -> tuple[Account, int]:
        """An account that has asked."""
        _, account = await self.support.linked()
        return account, await self.support.wrote(account, "Вопрос")

    async def answer(self, number: int, files: Mapping[str, bytes], **body: Any) -> None:
        """Staff answer with these files."""
        api = Api(self.support.shop.http)
        sent = [("file", named) for named in files.items()]
        handed_in = await api.call(
            "POST", "/v1/files", role=Role.SPECIALIST, login="petrova", files=sent
        )
        ids = [one["id"] for one in handed_in.json()]
        said = {"text": "Вот.", "seen_answers": 0, "files": ids, **body}
        path = f"/v1/tickets/ticket-{number}/answer"
        answer = await api.call("POST", path, role=Role.SPECIALIST, login="petrova", json=said)
        assert answer.status_code == 200, answer.text

    async def content(self, file: Mapping[str, Any]) -> bytes:
        """A file of a chat as its account opens it."""
        return (await self.support.sandbox.http.get(f"/files/{file['file_id']}")).content


@pytest_asyncio.fixture
async def desk(
    support: Support, database: Database, scanner: SandboxScanner
) -> AsyncIterator[Desk]:
    yield Desk(support, FileActivities(database, scanner.gateway()))


async def files_of(account: Account) -> list[dict[str, Any]]:
    return [one for one in await account.messages() if one["file_id"]]


async def came(account: Account, count: int) -> list[dict[str, Any]]:
    """The first files of the bot, once there are so many."""

    async def are_there() -> bool:
        return len(await files_of(account)) >= count

    await eventually(are_there)
    return await files_of(account)


async def settled(support: Support, account: Account) -> list[Any]:
    """What was to be sent, once all of it is."""

    async def all_are() -> bool:
        return all(one.settled_at for one in support.outbox(account))

    await eventually(all_are)
    return support.outbox(account)


def text_file() -> bytes:
    return f"Выписка {uuid4()}".encode()


async def test_a_file_comes_once_it_is_clean_and_holds_up_nothing_meanwhile(desk: Desk) -> None:
    account, number = await desk.asked()
    document, photo = text_file(), picture("JPEG", 60, 40)
    await desk.answer(number, {"Выписка <1>.txt": document, "чек.jpg": photo})
    assert "Файлов: 2." in await account.hear()
    assert "Активные запросы" in await account.say("/start")
    assert not await files_of(account)
    await desk.scan()
    first, second = await came(account, 2)
    assert (first["text"], first["is_photo"]) == (f"Запрос № {number}: Выписка <1>.txt", False)
    assert (first["file_name"], await desk.content(first)) == ("Выписка <1>.txt", document)
    assert (second["is_photo"], await desk.content(second)) == (True, photo)
    rows = await settled(desk.support, account)
    assert [(one.status, one.tries) for one in rows if one.file_id] == [("sent", 1), ("sent", 1)]


async def test_a_file_that_is_not_clean_is_named_and_never_sent(desk: Desk) -> None:
    account, number = await desk.asked()
    await desk.answer(number, {"вирус.txt": text_file() + EICAR})
    await account.hear()
    await desk.scan()
    said = await account.hear()
    assert "Файл «вирус.txt» из ответа" in said
    assert f"/tickets/ticket-{number}" in said
    assert not await files_of(account)


async def test_a_picture_that_telegram_does_not_take_comes_as_a_document(desk: Desk) -> None:
    account, number = await desk.asked()
    too_long = picture("PNG", 1, 21)  # the sandbox takes no picture so narrow
    await desk.answer(number, {"длинный.png": too_long})
    await desk.scan()
    (only,) = await came(account, 1)
    assert (only["is_photo"], await desk.content(only)) == (False, too_long)


@pytest.mark.parametrize("kind", ["busy", "silence", "lost"])
async def test_what_telegram_does_to_a_text_it_may_do_to_a_file(desk: Desk, kind: str) -> None:
    account, number = await desk.asked()
    rule = {"kind": kind, "method": "sendDocument", "times": 1, "seconds": 1}
    await desk.support.sandbox.misbehave(rule)
    await desk.answer(number, {"а.txt": text_file()})
    await desk.scan()
    found = await came(account, 2 if kind == "silence" else 1)
    (row,) = [one for one in await settled(desk.support, account) if one.file_id]
    assert (row.status, row.tries, row.is_repeat) == ("sent", 2, kind != "busy")
    assert len(await files_of(account)) == len(found)
    assert [one["text"].startswith(AGAIN) for one in found] == {
        "busy": [False],
        "silence": [False, True],
        "lost": [True],
    }[kind]


async def test_an_account_that_blocks_the_bot_meanwhile_gets_no_file(desk: Desk) -> None:
    account, number = await desk.asked()
    await desk.answer(number, {"а.txt": text_file()})
    await account.hear()
    blocked = {"kind": "blocked", "method": "sendDocument", "times": 1}
    await desk.support.sandbox.misbehave(blocked)
    await desk.scan()

    async def is_unlinked() -> bool:
        return not await desk.support.links(account)

    await eventually(is_unlinked)
    assert not await files_of(account)
    assert "queued" not in [one.status for one in await settled(desk.support, account)]


async def test_the_last_message_of_a_ticket_is_shown_with_its_files(desk: Desk) -> None:
    account, number = await desk.asked()
    content = text_file()
    await desk.answer(number, {"акт.txt": content})
    await desk.scan()
    await came(account, 1)
    account.heard = len(await account.messages())
    assert "Активные запросы" in await account.say("/start")
    assert "акт.txt" in await account.press(f"№ {number}")
    _, again = await came(account, 2)
    assert await desk.content(again) == content


async def test_several_files_that_wait_are_sent_beside_one_another(desk: Desk) -> None:
    """More chats than files are sent at once: each gets its own."""
    asked = [await desk.asked() for _ in range(4)]
    contents = [text_file() for _ in asked]
    for (_, number), content in zip(asked, contents, strict=True):
        await desk.answer(number, {"а.txt": content})
    await desk.scan()
    found = await asyncio.gather(*(came(account, 1) for account, _ in asked))
    assert [await desk.content(one[0]) for one in found] == contents
