"""Files of tickets over the API: handed in, scanned, listed, given out when they are clean.

Only those read a file who may see what it came with.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
import pytest_asyncio

from activities.file.scan import AT_ONCE, FileActivities
from db.database import Database
from domain.access.roles import Role
from domain.file.file import (
    ERRORS_BELIEVED,
    MAX_BYTES_PER_DAY,
    MAX_FILE_BYTES,
    MAX_FILES_PER_DAY,
    PIECE_BYTES,
    SILENT_AFTER,
)
from domain.file.kind import FileKind
from tests.books import Books
from tests.file_samples import TAKEN, archive
from tests.gateways.sandbox_scanner import EICAR, SandboxScanner, scanner, scanner_process
from tests.patience import PATIENCE_SECONDS
from tests.scans import pdf_of_size, picture
from tests.starter.caller import Api

__all__ = ["scanner", "scanner_process"]

ASKED = {"department": "support", "topic": "Где возврат?", "text": "Вот скан."}
PDF = TAKEN[FileKind.PDF]
AT_ONCE_DUE = "UPDATE file_contents SET due_at = now() WHERE status = 'received' RETURNING 1"
Part = tuple[str, bytes]


class Files:
    """The API with a scanner behind it, as people use it for files."""

    def __init__(self, api: Api, books: Books, steps: FileActivities) -> None:
        self.api = api
        self.books = books
        self.steps = steps

    async def scan(self) -> None:
        """Until nothing is due."""
        while await self.steps.scan_due():
            pass

    async def again(self) -> None:
        """As if the pause after a silence were over."""
        self.books.rows(AT_ONCE_DUE)
        await self.scan()

    async def hand_in(self, client_id: str, *parts: Part, **more: Any) -> httpx2.Response:
        sent = [("file", (name, content)) for name, content in parts]
        return await self.api.call("POST", "/v1/files", client_id=client_id, files=sent, **more)

    async def handed_in(self, client_id: str, *parts: Part) -> list[str]:
        """The ids of files that are taken."""
        answer = await self.hand_in(client_id, *parts)
        assert answer.status_code == 201, answer.text
        return [one["id"] for one in answer.json()]

    async def asked(self, client_id: str, *parts: Part) -> tuple[str, list[str]]:
        """A ticket whose question has these files."""
        ids = await self.handed_in(client_id, *parts)
        body = {**ASKED, "files": ids}
        answer = await self.api.call("POST", "/v1/tickets", client_id=client_id, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"], ids

    async def listed(self, client_id: str, ticket_id: str) -> list[Any]:
        """The files of a ticket's newest message, as its client sees them."""
        path = f"/v1/tickets/{ticket_id}/messages"
        found = await self.api.call("GET", path, client_id=client_id)
        files: list[Any] = found.json()["items"][0]["files"]
        return files

    async def read(self, ticket_id: str, file_id: str, **who: Any) -> httpx2.Response:
        return await self.api.call("GET", f"/v1/tickets/{ticket_id}/files/{file_id}", **who)


@pytest_asyncio.fixture
async def files(
    whole_api: Api, books: Books, database: Database, scanner: SandboxScanner
) -> AsyncIterator[Files]:
    yield Files(whole_api, books, FileActivities(database, scanner.gateway(scan_seconds=2)))
    books.rows(AT_ONCE_DUE)


def unique(content: bytes = b"") -> bytes:
    """A text that nobody has handed in before."""
    return content + uuid4().hex.encode()


async def test_a_file_is_given_out_once_it_is_clean_as_a_download_that_runs_nothing(
    files: Files,
) -> None:
    client_id, content = files.books.client(), unique(b"Hello ")
    name = "Акт <b>%22сверки%22; от 01.12'.txt"
    ticket_id, (file_id,) = await files.asked(client_id, (name, content))
    (listed,) = await files.listed(client_id, ticket_id)
    assert listed == {
        "id": file_id,
        "name": name,
        "media_type": "text/plain",
        "size_bytes": len(content),
        "status": "received",
        "title": "Проверяется на вирусы",
        "preview": None,
    }
    early = await files.read(ticket_id, file_id, client_id=client_id)
    assert (early.status_code, early.json()["code"]) == (409, "file_received")
    await files.scan()
    given = await files.read(ticket_id, file_id, client_id=client_id)
    assert (given.status_code, given.content) == (200, content)
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert given.headers["x-content-type-options"] == "nosniff"
    assert given.headers["cache-control"] == "no-store"
    assert given.headers["content-length"] == str(len(content))
    assert given.headers["content-disposition"] == (
        "attachment; filename=\"___ _b__22_______22_ __ 01.12_.txt\"; filename*=UTF-8''"
        "%D0%90%D0%BA%D1%82%20%3Cb%3E%2522%D1%81%D0%B2%D0%B5%D1%80%D0%BA%D0%B8%2522%3B%20"
        "%D0%BE%D1%82%2001.12%27.txt"
    )
    assert (await files.listed(client_id, ticket_id))[0]["title"] == "Проверен"


async def test_a_picture_is_shown_small_to_whoever_may_have_it_once_it_is_clean(
    files: Files,
) -> None:
    client_id, content = files.books.client(), picture("PNG", 960, 30)
    ticket_id, (file_id, text_id) = await files.asked(
        client_id, ("чек.png", content), ("чек.txt", unique())
    )
    path = f"{file_id}/preview"
    early = await files.read(ticket_id, path, client_id=client_id)
    assert (early.status_code, early.json()["code"]) == (409, "file_received")
    await files.scan()
    listed = await files.listed(client_id, ticket_id)
    assert [one["preview"] for one in listed] == [{"width": 480, "height": 15}, None]
    for who in ({"client_id": client_id}, {"role": Role.SUPPORT}):
        shown = await files.read(ticket_id, path, **who)
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
        assert shown.content.startswith(b"\xff\xd8\xff")
        assert shown.headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert shown.headers["x-content-type-options"] == "nosniff"
    assert (await files.read(ticket_id, file_id, client_id=client_id)).content == content
    for hidden, whose in ((path, files.books.client()), (f"{text_id}/preview", client_id)):
        assert (await files.read(ticket_id, hidden, client_id=whose)).status_code == 404


WAITS = "SELECT FROM pg_locks WHERE NOT granted"


@pytest.mark.parametrize("deed", ["question", "reply", "note"])
async def test_a_file_that_is_purged_while_it_is_being_attached_is_refused_in_words(
    files: Files, database_url: str, deed: str
) -> None:
    """It was looked at before the purge that deletes it."""
    client_id = files.books.client()
    asked = await files.api.call("POST", "/v1/tickets", client_id=client_id, json=ASKED)
    ticket_id = asked.json()["id"]
    who: dict[str, Any] = {"client_id": client_id}
    if deed == "note":
        who = {"role": Role.SPECIALIST}
    sent = [("file", ("a.txt", unique()))]
    (kept,) = (await files.api.call("POST", "/v1/files", files=sent, **who)).json()
    path = {"question": "/v1/tickets", "reply": f"/v1/tickets/{ticket_id}/reply"}.get(
        deed, f"/v1/tickets/{ticket_id}/notes"
    )
    body = ASKED if deed == "question" else {"text": "Вот скан."}
    with psycopg.connect(database_url) as purging:
        purging.execute("DELETE FROM files WHERE id = %s", [kept["id"]])
        writing = asyncio.ensure_future(
            files.api.call("POST", path, json={**body, "files": [kept["id"]]}, **who)
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not files.books.rows(WAITS):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.02)
    answer = await writing
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["code"] == "file_unknown"


async def test_a_file_of_many_pieces_comes_back_as_it_was(files: Files) -> None:
    client_id, content = files.books.client(), pdf_of_size(3 * PIECE_BYTES + 1)
    ticket_id, (file_id,) = await files.asked(client_id, ("скан.pdf", content))
    await files.scan()
    given = await files.read(ticket_id, file_id, client_id=client_id)
    assert given.content == content
    assert given.headers["content-type"] == "application/pdf"


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.ACCOUNTANT, Role.OPERATOR])
async def test_staff_read_a_clients_file_and_another_client_does_not(
    files: Files, role: Role
) -> None:
    ticket_id, (file_id,) = await files.asked(files.books.client(), ("a.txt", unique()))
    await files.scan()
    assert (await files.read(ticket_id, file_id, role=role)).status_code == 200
    stranger = files.books.client()
    assert (await files.read(ticket_id, file_id, client_id=stranger)).status_code == 404
    other_ticket, _ = await files.asked(stranger, ("b.txt", unique()))
    assert (await files.read(other_ticket, file_id, client_id=stranger)).status_code == 404
    assert (await files.read(other_ticket, file_id, role=role)).status_code == 404
    assert (await files.read(ticket_id, file_id, role=Role.BILLING)).status_code == 403


async def test_nobody_attaches_what_others_handed_in(files: Files) -> None:
    (file_id,) = await files.handed_in(files.books.client(), ("a.txt", unique()))
    body = {**ASKED, "files": [file_id]}
    client_id = files.books.client()
    refused = await files.api.call("POST", "/v1/tickets", client_id=client_id, json=body)
    assert [one["code"] for one in refused.json()["errors"]] == ["file_unknown"]
    ticket_id, _ = await files.asked(client_id, ("b.txt", unique()))
    answer = {"text": "Вот.", "seen_answers": 0, "files": [file_id]}
    path = f"/v1/tickets/{ticket_id}/answer"
    refused = await files.api.call("POST", path, role=Role.SPECIALIST, json=answer)
    assert [one["code"] for one in refused.json()["errors"]] == ["file_unknown"]


async def test_a_file_of_a_note_is_for_staff_alone(files: Files) -> None:
    client_id = files.books.client()
    ticket_id, _ = await files.asked(client_id, ("a.txt", unique()))
    sent = [("file", ("внутреннее.txt", unique()))]
    staff: dict[str, Any] = {"role": Role.SPECIALIST, "login": "petrova"}
    handed_in = await files.api.call("POST", "/v1/files", files=sent, **staff)
    file_id = handed_in.json()[0]["id"]
    path = f"/v1/tickets/{ticket_id}/notes"
    body = {"text": "Смотрите файл", "files": [file_id]}
    assert (await files.api.call("POST", path, json=body, **staff)).status_code == 204
    await files.scan()
    notes = (await files.api.call("GET", path, **staff)).json()
    assert [[one["id"] for one in note["files"]] for note in notes] == [[file_id]]
    assert (await files.read(ticket_id, file_id, **staff)).status_code == 200
    assert (await files.read(ticket_id, file_id, client_id=client_id)).status_code == 404
    assert len(await files.listed(client_id, ticket_id)) == 1


async def test_files_of_a_refused_answer_are_nobodys_and_go_with_the_next_one(
    files: Files,
) -> None:
    client_id = files.books.client()
    ticket_id, _ = await files.asked(client_id, ("a.txt", unique()))
    staff: dict[str, Any] = {"role": Role.SPECIALIST, "login": "petrova"}
    sent = [("file", ("ответ.txt", unique()))]
    file_id = (await files.api.call("POST", "/v1/files", files=sent, **staff)).json()[0]["id"]
    await files.scan()
    path, body = f"/v1/tickets/{ticket_id}/answer", {"text": "Вот.", "files": [file_id]}
    late = await files.api.call("POST", path, json={**body, "seen_answers": 1}, **staff)
    assert late.json()["code"] == "ticket_answered_meanwhile"
    assert (await files.read(ticket_id, file_id, client_id=client_id)).status_code == 404
    right = await files.api.call("POST", path, json={**body, "seen_answers": 0}, **staff)
    assert right.status_code == 200
    assert (await files.read(ticket_id, file_id, client_id=client_id)).status_code == 200


async def test_what_the_scanner_finds_is_never_given_out(files: Files) -> None:
    client_id = files.books.client()
    ticket_id, (file_id,) = await files.asked(client_id, ("a.txt", unique() + EICAR))
    await files.scan()
    refused = await files.read(ticket_id, file_id, client_id=client_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "file_quarantined")
    assert (await files.read(ticket_id, file_id, role=Role.OPERATOR)).status_code == 409


@pytest.mark.parametrize("kind", ["silent", "hangs_up", "garbled", "error"])
async def test_a_scanner_that_does_not_answer_leaves_a_file_unknown_until_it_does(
    files: Files, scanner: SandboxScanner, database: Database, kind: str
) -> None:
    impatient = FileActivities(database, scanner.gateway(scan_seconds=0.3))
    client_id = files.books.client()
    ticket_id, (file_id,) = await files.asked(client_id, ("a.txt", unique()))
    await scanner.misbehave({"kind": kind, "times": 1})
    assert await impatient.scan_due() == 1
    assert (await files.read(ticket_id, file_id, client_id=client_id)).status_code == 409
    assert await files.steps.scan_due() == 0  # it waits before it asks again
    await files.again()
    assert (await files.read(ticket_id, file_id, client_id=client_id)).status_code == 200


async def test_operators_get_one_letter_about_an_outage_of_the_scanner_and_one_about_the_next(
    files: Files, scanner: SandboxScanner, database: Database
) -> None:
    impatient = FileActivities(database, scanner.gateway(scan_seconds=0.3))
    letters = "SELECT id, params FROM notifications WHERE template = 'staff_scanner_silent'"
    late = datetime.now(UTC) + 2 * SILENT_AFTER
    await files.scan()
    for outage in (1, 2):
        await files.handed_in(files.books.client(), ("a.txt", unique()))
        await impatient.tell_of_silence(late)
        assert len(files.books.rows(letters)) == 2 * (outage - 1), "nobody has asked it yet"
        await scanner.misbehave({"kind": "silent"})
        await impatient.scan_due()
        await impatient.tell_of_silence(datetime.now(UTC))
        assert len(files.books.rows(letters)) == 2 * (outage - 1), "it may only be slow"
        for again in range(3):
            await impatient.tell_of_silence(late + again * SILENT_AFTER)
        told = files.books.rows(letters)
        assert len(told) == 2 * outage, "by mail and in the inbox, once"
        assert all(row.params == {"count": 1, "minutes": 10} for row in told)
        await scanner.misbehave()
        await files.again()
        await impatient.tell_of_silence(late)
    assert len(files.books.rows(letters)) == 4


async def test_while_the_scanner_judges_other_files_one_that_waits_is_no_outage(
    files: Files, scanner: SandboxScanner, database: Database
) -> None:
    impatient = FileActivities(database, scanner.gateway(scan_seconds=0.3))
    told = "SELECT count(*) AS n FROM notifications WHERE template = 'staff_scanner_silent'"
    before, content = files.books.row(told).n, unique()
    await files.scan()
    await files.handed_in(files.books.client(), ("a.txt", content))
    await scanner.misbehave({"kind": "silent", "times": 1})
    await impatient.scan_due()
    await files.handed_in(files.books.client(), ("b.txt", unique()))
    await files.scan()
    aged = "UPDATE file_contents SET received_at = now() - interval '1 day' WHERE sha256 = %s"
    files.books.connection.execute(aged, (hashlib.sha256(content).hexdigest(),))
    await impatient.tell_of_silence(datetime.now(UTC))
    assert files.books.row(told).n == before


async def test_what_the_scanner_cannot_scan_again_and_again_is_unscannable_until_handed_in_anew(
    files: Files, scanner: SandboxScanner
) -> None:
    client_id, content = files.books.client(), unique()
    ticket_id, (file_id,) = await files.asked(client_id, ("a.txt", content))
    await scanner.misbehave({"kind": "error"})
    for _ in range(ERRORS_BELIEVED):
        await files.again()
    refused = await files.read(ticket_id, file_id, client_id=client_id)
    assert refused.json()["code"] == "file_unscannable"
    await scanner.misbehave()
    await files.handed_in(client_id, ("a.txt", content))
    await files.scan()
    assert (await files.read(ticket_id, file_id, client_id=client_id)).content == content


async def test_two_same_files_are_stored_once_and_shown_twice(files: Files) -> None:
    client_id, content = files.books.client(), unique()
    ticket_id, ids = await files.asked(client_id, ("a.txt", content), ("б.txt", content))
    assert len(set(ids)) == 2
    assert [one["name"] for one in await files.listed(client_id, ticket_id)] == ["a.txt", "б.txt"]
    stored = files.books.rows(
        "SELECT DISTINCT sha256 FROM files WHERE client_id = %(id)s", id=client_id
    )
    assert len(stored) == 1


async def test_the_same_content_from_many_at_once_is_stored_once(files: Files) -> None:
    content, clients = unique(), [files.books.client() for _ in range(8)]
    await asyncio.gather(*(files.handed_in(one, ("a.txt", content)) for one in clients))
    rows = files.books.rows(
        "SELECT DISTINCT sha256 FROM files WHERE client_id = ANY(%(all)s)", all=clients
    )
    pieces = files.books.rows(
        "SELECT number FROM file_pieces WHERE sha256 = %(sha256)s", sha256=rows[0].sha256
    )
    assert (len(rows), len(pieces)) == (1, 1)


async def test_a_repeated_upload_is_one_although_its_form_is_written_otherwise(
    files: Files,
) -> None:
    client_id, part, key = files.books.client(), ("a.txt", unique()), uuid4().hex
    first = await files.hand_in(client_id, part, key=key)
    second = await files.hand_in(client_id, part, key=key)
    assert first.request.headers["content-type"] != second.request.headers["content-type"]
    assert (second.status_code, second.json()) == (201, first.json())
    other = await files.hand_in(client_id, ("a.txt", unique()), key=key)
    assert other.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([("a.txt", b"x" * (MAX_FILE_BYTES + 1024 * 1024))], "file_over_limit"),
        ([(f"{n}.txt", b"x") for n in range(6)], "files_too_many"),
        ([(f"{n}.txt", b"x" * (MAX_FILE_BYTES - n)) for n in range(3)], "body_too_large"),
        ([(f"{n}.txt", b"x" * (18 * 1024 * 1024)) for n in range(3)], "files_too_large"),
        ([("a.pdf", b"")], "file_empty"),
        ([("скан.pdf", archive("a.txt"))], "file_type_found"),
        ([("скан.pdf", PDF[:-20])], "file_damaged"),
        ([("act\u202efdp.txt", b"x")], "file_name_hidden"),
        ([("game.pdf", b"MZ\x90\0")], "file_type_found"),
        ([("game.exe", b"x")], "file_name_program"),
        ([("page.txt", b"<html><script>")], "file_type_found"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_cannot_be_taken_is_refused_with_what_is_wrong_and_nothing_is_stored(
    files: Files, parts: list[Part], code: str
) -> None:
    client_id = files.books.client()
    refused = await files.hand_in(client_id, *parts)
    assert refused.status_code in {413, 422}
    said = refused.json()
    assert code in {said["code"], *(one["code"] for one in said.get("errors", ()))}
    assert not files.books.rows("SELECT FROM files WHERE client_id = %(id)s", id=client_id)


async def test_every_wrong_file_is_named_and_the_right_one_beside_it_is_not_stored(
    files: Files,
) -> None:
    client_id = files.books.client()
    parts = [("один.pdf", b""), ("два.txt", unique()), ("три.pdf", b"MZ")]
    errors = (await files.hand_in(client_id, *parts)).json()["errors"]
    assert [one["detail"].split("»")[0] for one in errors] == ["Файл «один.pdf", "Файл «три.pdf"]


async def test_a_form_that_is_cut_off_is_refused_whole(files: Files) -> None:
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\none\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="b.txt"\r\n\r\ntw'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    client_id = files.books.client()
    for content, code in ((body, "upload_cut_off"), (body + b"o\r\n--b--\r\n", None)):
        answer = await files.api.call(
            "POST", "/v1/files", client_id=client_id, content=content, headers=headers
        )
        assert answer.json()["code"] == code if code else answer.status_code == 201


@pytest.mark.parametrize(
    ("content_type", "body"),
    [("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"x--b--")],
)
async def test_what_is_no_form_is_refused(files: Files, content_type: str, body: bytes) -> None:
    headers = {"Content-Type": content_type}
    answer = await files.api.call(
        "POST", "/v1/files", client_id=files.books.client(), content=body, headers=headers
    )
    assert answer.status_code == 422


async def test_a_sixth_file_of_a_message_is_refused(files: Files) -> None:
    client_id = files.books.client()
    ids = await files.handed_in(client_id, *((f"{n}.txt", unique()) for n in range(5)))
    ids += await files.handed_in(client_id, ("6.txt", unique()))
    body = {**ASKED, "files": ids}
    refused = await files.api.call("POST", "/v1/tickets", client_id=client_id, json=body)
    assert refused.status_code == 422


async def test_a_client_hands_in_so_much_a_day_however_many_ask_at_once(files: Files) -> None:
    client_id = files.books.client()
    files.books.rows(
        "INSERT INTO file_contents (sha256, media_type, size_bytes, status, scanned_at, scanner,"
        " received_at) VALUES (repeat('a', 64), 'text/plain', 1, 'clean', now(), '1', now())"
        " RETURNING 1"
    )
    files.books.rows(
        "INSERT INTO files SELECT gen_random_uuid(), repeat('a', 64), 'a.txt', %(id)s, 'x', now()"
        " FROM generate_series(1, %(count)s) RETURNING 1",
        id=client_id,
        count=MAX_FILES_PER_DAY - 1,
    )
    answers = await asyncio.gather(
        *(files.hand_in(client_id, ("a.txt", unique())) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 429, 429, 429]
    assert MAX_BYTES_PER_DAY > MAX_FILE_BYTES
    assert (await files.hand_in(files.books.client(), ("a.txt", unique()))).status_code == 201


async def test_more_than_is_scanned_at_once_is_scanned_all_the_same(files: Files) -> None:
    client_id = files.books.client()
    parts = [(f"{n}.txt", unique()) for n in range(AT_ONCE + 1)]
    ticket_id, _ = await files.asked(client_id, *parts)
    await files.scan()
    assert {one["status"] for one in await files.listed(client_id, ticket_id)} == {"clean"}
