"""Files in the forms of tickets: sent with the text, kept when it is refused, saved when clean."""

import hashlib
from uuid import uuid4

import pytest

from activities.file.scan import FileActivities
from db.database import Database
from domain.access.roles import Role
from tests.books import Books
from tests.gateways.sandbox_scanner import EICAR, SandboxScanner, scanner, scanner_process
from tests.scans import picture
from tests.starter.caller import Api
from tests.starter.ticket.test_tickets import answered, ask
from tests.starter.web.browser import Browser, Page

__all__ = ["scanner", "scanner_process"]

HOSTILE = "Акт <b>&\"'.txt"
SILENT = "Сканер файлов не отвечает: проверки ждут файлов:"
UNKNOWN_FILE = "6f1c2b7e-0d0a-4a53-9a3b-0d6f0c1e2a11"


@pytest.fixture
def steps(database: Database, scanner: SandboxScanner) -> FileActivities:
    return FileActivities(database, scanner.gateway())


async def scanned(steps: FileActivities) -> None:
    while await steps.scan_due():
        pass


def unique() -> bytes:
    return b"text " + uuid4().hex.encode()


async def replied(
    customer: Browser, path: str, *files: tuple[str, bytes], form: Page | None = None, text: str
) -> Page:
    """The answer to the form of a thread with these files."""
    page = form or await customer.get(path)
    return await customer.send(
        f"{path}/reply", {**page.form("/reply"), "text": text}, files=list(files)
    )


async def test_a_question_is_asked_with_files_that_staff_download_once_they_are_clean(
    customer: Browser, books: Books, whole_api: Api, steps: FileActivities
) -> None:
    await customer.log_in(Role.CLIENT, books.client())
    form = (await customer.get("/tickets/new")).form("/tickets")
    typed = {**form, "department": "support", "topic": "Скан", "text": "Вот."}
    content = unique()
    files = [(HOSTILE, content), ("вирус.txt", unique() + EICAR)]
    led = await customer.send("/tickets", typed, files=files)
    assert led.status == 303
    waiting = await customer.get(led.leads_to)
    assert waiting.words.count("Проверяется на вирусы") == 2
    assert "/files/" not in waiting.html
    assert "<b>&" not in waiting.html
    await scanned(steps)
    page = await customer.get(led.leads_to)
    assert "Найден вирус" in page.words
    (link,) = [part.split('"')[0] for part in page.html.split('href="') if "/files/" in part[:80]]
    given = (await customer.get(link)).response
    assert (given.status_code, given.content) == (200, content)
    assert given.headers["content-disposition"].startswith("attachment;")
    assert given.headers["content-security-policy"] == "default-src 'none'; sandbox"
    await customer.log_in(Role.SPECIALIST, login="petrova")
    assert (await customer.get(f"/desk{link}")).response.content == content
    await customer.log_in(Role.CLIENT, books.client())
    assert (await customer.get(link)).status == 404


async def test_the_thread_shows_pictures_small_on_both_sides(
    customer: Browser, books: Books, whole_api: Api, steps: FileActivities
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    path = f"/tickets/{ticket_id}"
    await replied(customer, path, ('"><b>.png', picture("PNG", 600, 300)), text="Снимок")
    await scanned(steps)
    for who, here in ((Role.CLIENT, path), (Role.SUPPORT, f"/desk{path}")):
        if who is not Role.CLIENT:
            await customer.log_in(who, login="lebedeva")
        html = (await customer.get(here)).html
        (source,) = [part.split('"')[0] for part in html.split('src="') if "/preview" in part[:120]]
        assert f'src="{source}" width="480" height="240" alt=""' in html
        assert "<b>.png" not in html
        shown = (await customer.get(source)).response
        assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    await customer.log_in(Role.CLIENT, books.client())
    assert (await customer.get(source.removeprefix("/desk"))).status == 404


async def test_a_wrong_file_is_said_beside_its_field_and_the_text_is_kept(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    path = f"/tickets/{ticket_id}"
    page = await replied(customer, path, ("игра.pdf", b"MZ\x90"), text="Мой текст")
    assert page.status == 422
    assert "Файл «игра.pdf» принять нельзя: это EXE" in page.words
    assert "Мой текст" in page.html
    assert 'id="files-error"' in page.html
    six = [(f"{number}.txt", unique()) for number in range(6)]
    page = await replied(customer, path, *six, text="Мой текст")
    assert "не больше 5 файлов" in page.words


async def test_files_of_a_refused_form_are_kept_and_go_with_it_when_it_is_right(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    path = f"/tickets/{ticket_id}"
    refused = await replied(customer, path, ("скан.txt", unique()), text="")
    assert refused.status == 422
    assert "Уже приложены: скан.txt" in refused.words
    sent = await replied(customer, path, ("ещё.txt", unique()), form=refused, text="Вот")
    assert sent.status == 303
    thread = (await customer.get(path)).words
    assert thread.index("скан.txt") < thread.index("ещё.txt")


async def test_staff_answer_with_files_also_after_a_newer_answer(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    _, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.SPECIALIST, login="petrova")
    path = f"/desk/tickets/{ticket_id}"
    form = (await customer.get(path)).form("/answer")
    form.pop("resolves")
    form.pop("then", None)
    await answered(whole_api, ticket_id, login="sidorova")
    files = [("ответ.txt", unique())]
    late = await customer.send(f"{path}/answer", {**form, "text": "Вот файл."}, files=files)
    assert late.status == 409
    assert "Уже приложены: ответ.txt" in late.words
    again = late.form("/answer")
    again.pop("resolves")
    again.pop("then", None)
    assert (await customer.send(f"{path}/answer", {**again, "text": "Вот."})).status == 303
    assert "ответ.txt" in (await customer.get(path)).words


async def test_a_note_among_staff_has_files_that_the_client_never_sees(
    customer: Browser, books: Books, whole_api: Api, steps: FileActivities
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.SUPPORT, login="lebedeva")
    path = f"/desk/tickets/{ticket_id}"
    form = (await customer.get(path)).form("/notes")
    content = unique()
    silent = await customer.send(f"{path}/notes", form, files=[("акт.txt", content)])
    assert (silent.status, 'id="note-error"' in silent.html) == (422, True)
    assert silent.html.count("Уже приложены") == 1
    assert silent.html.count('id="files"') == 1
    kept = {**silent.form("/notes"), "note": "Акт от партнёра"}
    assert (await customer.send(f"{path}/notes", kept)).leads_to == path
    await scanned(steps)
    page = await customer.get(path)
    links = [part.split('"')[0] for part in page.html.split('href="') if "/files/" in part[:80]]
    contents = [(await customer.get(one)).response.content for one in links]
    assert content in contents
    await customer.log_in(Role.CLIENT, client_id)
    assert "акт.txt" not in (await customer.get(f"/tickets/{ticket_id}")).words
    for link in links:
        assert (await customer.get(link.removeprefix("/desk"))).status == 404


@pytest.mark.parametrize("attached", ["x", ",,,", UNKNOWN_FILE, "a" * 5000])
async def test_a_made_up_list_of_kept_files_harms_nothing(
    customer: Browser, books: Books, whole_api: Api, attached: str
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    path = f"/tickets/{ticket_id}"
    form = {**(await customer.get(path)).form("/reply"), "text": "Вот", "attached": attached}
    answer = await customer.send(f"{path}/reply", form)
    assert answer.status in {303, 422}


async def test_a_form_whose_files_did_not_arrive_whole_is_refused(
    customer: Browser, books: Books, whole_api: Api
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    body = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\nhello\r\n'
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\ncut'
    )
    answer = await customer.http.post(
        f"/tickets/{ticket_id}/reply",
        content=body,
        headers={
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "multipart/form-data; boundary=b",
        },
    )
    assert answer.status_code == 422
    assert "Файлы переданы не до конца" in answer.text


@pytest.mark.parametrize("kind", ["silent", "hangs_up", "garbled"])
async def test_operators_hear_that_the_scanner_is_silent_until_it_answers(
    customer: Browser,
    books: Books,
    whole_api: Api,
    database: Database,
    scanner: SandboxScanner,
    kind: str,
) -> None:
    client_id, ticket_id = await ask(whole_api, books)
    await customer.log_in(Role.CLIENT, client_id)
    content = unique()
    await replied(customer, f"/tickets/{ticket_id}", ("акт.txt", content), text="Вот.")
    steps = FileActivities(database, scanner.gateway(scan_seconds=0.5))
    await scanner.misbehave({"kind": kind})
    await scanned(steps)
    await customer.log_in(Role.OPERATOR, login="dezhurnyj")
    assert SILENT not in (await customer.get("/desk/operators")).words
    sha256 = hashlib.sha256(content).hexdigest()
    aged = "UPDATE file_contents SET received_at = now() - interval '11 minutes', due_at = now()"
    books.connection.execute(f"{aged} WHERE sha256 = %s", (sha256,))
    assert f"{SILENT} 1," in (await customer.get("/desk/operators")).words
    await scanner.misbehave()
    await scanned(steps)
    assert SILENT not in (await customer.get("/desk/operators")).words
