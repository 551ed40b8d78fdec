"""A letter to support is a ticket or a reply once; what no person has written is answered by
nobody.
"""

from dataclasses import replace
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.access.roles import Role
from domain.file.file import MAX_FILES
from domain.ticket.mail import DELIMITER, LETTERS_AN_HOUR, NAMES_AT_MOST, reply_address
from stack.mailbox import plain_text
from starter.api.ticket.department import EXAMPLE
from starter.commands.cases import Cases
from starter.commands.refusal import LookAt, unavailable
from tests.starter.caller import Api
from tests.starter.mail_in.post import SUPPORT, Post, written
from tests.starter.ticket.merged_meanwhile import close, merge, merge_while


async def test_a_letter_opens_a_ticket_and_the_answers_letter_is_answered_into_it(
    post: Post,
) -> None:
    _, address = post.client()
    outcome, _, ticket_id = await post.ask(address)
    assert outcome == "ticket"
    assert post.thread(ticket_id) == [(False, "Жду неделю.")]
    letter = await post.answered(ticket_id, address)
    assert letter["Reply-To"].startswith(f"help+t{str(ticket_id).partition('-')[2]}.")
    assert plain_text(letter).startswith(f"{DELIMITER} Чтобы ответить")
    quote = "\n".join(f"> {line}" for line in plain_text(letter).splitlines())
    said = f"Спасибо!\n\n30.11.2026, Поддержка пишет:\n{quote}\n"
    colleague = "colleague@elsewhere.example"
    became = await post.ask(colleague, to=letter["Reply-To"], text=said)
    assert became == ("reply", None, ticket_id)
    assert post.thread(ticket_id)[-1] == (False, "Спасибо!")
    await post.read()
    assert len(post.thread(ticket_id)) == 3


async def test_a_letter_that_refers_to_ours_counts_from_the_address_that_ours_went_to(
    post: Post,
) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    letter = await post.answered(ticket_id, address)
    ours = {"In_Reply_To": letter["Message-ID"]}
    assert await post.ask(address, text="Ещё вопрос", **ours) == ("reply", None, ticket_id)
    stranger = await post.ask("mallory@evil.example", **ours)
    assert stranger == ("parked", "nobody has this address", None)
    forged = letter["Reply-To"].replace(".", ".a", 1)[: len(letter["Reply-To"])]
    outcome, reason, _ = await post.ask("mallory@evil.example", to=forged)
    assert (outcome, reason) == ("parked", "nobody has this address")
    assert len(post.thread(ticket_id)) == 3


async def test_a_letter_to_a_departments_own_address_is_asked_there_with_the_files_it_takes(
    post: Post,
) -> None:
    _, address = post.client()
    own = "contracts@kopeyka.example"
    body = {**EXAMPLE, "mail_address": own, "files_limit": 1}
    made = await Api(post.shop.http).call(
        "PUT", "/v1/departments/by_own_address", role=Role.OPERATOR, json=body
    )
    assert made.status_code == 200, made.text
    letter = written(address, f"Договоры <{own.title()}>")
    for number in range(2):
        letter.add_attachment(f"{number}", filename=f"{number}.txt")
    post.send(letter, address)
    await post.read()
    outcome, _, ticket_id = post.became()
    (row,) = post.shop.books.rows("SELECT department FROM tickets WHERE id = %(id)s", id=ticket_id)
    assert (outcome, row.department) == ("ticket", "by_own_address")
    ((_, text),) = post.thread(ticket_id)
    assert "1.txt" in text
    assert "0.txt" not in text
    assert await post.ask(own) == ("parked", "our own address", None)


async def test_a_number_in_the_subject_counts_from_whoever_takes_part_in_that_ticket(
    post: Post,
) -> None:
    _, address = post.client()
    _, stranger = post.client()
    _, _, ticket_id = await post.ask(address)
    subject = f"Re: [#{str(ticket_id).removeprefix('ticket-')}] Где возврат?"
    assert await post.ask(address, subject=subject) == ("reply", None, ticket_id)
    outcome, _, other = await post.ask(stranger, subject=subject)
    assert (outcome, other == ticket_id) == ("ticket", False)
    nobody = await post.ask("mallory@evil.example", subject=subject)
    assert nobody == ("parked", "nobody has this address", None)
    letter = await post.answered(ticket_id, address)
    colleague = f"{uuid4().hex[:10]}@elsewhere.example"
    assert (await post.ask(colleague, to=letter["Reply-To"]))[0] == "reply"
    assert await post.ask(colleague, subject=subject) == ("reply", None, ticket_id)
    assert (await post.ask(address, subject="[#999999999999] Нет такого"))[0] == "ticket"


async def test_letters_of_whoever_wrote_spam_are_parked_until_it_is_taken_back(
    post: Post,
) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    letter = await post.answered(ticket_id, address)
    api = Api(post.shop.http)
    path, body = f"/v1/tickets/{ticket_id}/spam", {"reason": "Реклама"}
    marked = await api.call("POST", path, role=Role.SUPPORT, json=body)
    assert marked.status_code == 200, marked.text
    assert await post.ask(address, subject="Ещё") == ("parked", "held for spam", None)
    other = "colleague@spam.example"
    into = await post.ask(other, to=letter["Reply-To"])
    assert into == ("parked", "held for spam", None)
    back = await api.call("POST", f"/v1/tickets/{ticket_id}/not-spam", role=Role.SUPPORT)
    assert back.json()["status"] == "open"
    assert (await post.ask(address, subject="И ещё"))[0] == "ticket"


@pytest.mark.parametrize("order", ["merge first", "in one moment", "reply first"])
async def test_a_reply_to_a_ticket_that_is_merged_meanwhile_is_in_the_thread_that_goes_on(
    post: Post, database_url: str, order: str
) -> None:
    _, address = post.client()
    _, _, first = await post.ask(address)
    _, _, second = await post.ask(address, subject="То же")
    assert first is not None
    assert second is not None
    api, books = Api(post.shop.http), post.shop.books
    to = reply_address(SUPPORT, post.shop.settings.code_key, int(second.partition("-")[2]))
    if order == "merge first":
        await merge(api, second, first)
    post.send(written(address, to, text="Спасибо!"), address, to)
    if order == "in one moment":
        await merge_while(post.read(), database_url, books, api, second, first)
    else:
        await post.read()
    if order == "reply first":
        await merge(api, second, first)
    taken_by = second if order == "reply first" else first
    assert post.became() == ("reply", None, taken_by)
    assert post.thread(taken_by)[-1] == (False, "Спасибо!")
    thread = await api.call("GET", f"/v1/tickets/{first}/messages", role=Role.SUPPORT)
    assert [one["text"] for one in thread.json()["items"]].count("Спасибо!") == 1


async def test_a_reply_to_a_closed_ticket_opens_one_that_goes_on_from_it(post: Post) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    letter = await post.answered(ticket_id, address, resolves=True)
    books = post.shop.books
    close(books, str(ticket_id))
    outcome, _, following = await post.ask(address, to=letter["Reply-To"], text="Опять")
    assert outcome == "ticket"
    row = books.row("SELECT follows FROM tickets WHERE id = %(id)s", id=following)
    assert row.follows == ticket_id


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto_Submitted": "auto-replied"}, "automatic"),
        ({"Auto_Submitted": "auto-generated; x=1"}, "automatic"),
        ({"Return_Path": "<>"}, "null return path"),
        ({"List_Id": "<news.example>"}, "mailing list"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"X_Auto_Response_Suppress": "All"}, "bulk"),
    ],
)
async def test_what_a_machine_has_written_is_parked_without_an_answer(
    post: Post, headers: dict[str, str], reason: str
) -> None:
    _, address = post.client()
    assert await post.ask(address, **headers) == ("parked", reason, None)
    assert post.catcher.letters(address) == []


async def test_our_own_address_and_a_client_of_nobody_are_parked(post: Post) -> None:
    assert await post.ask(SUPPORT) == ("parked", "our own address", None)
    assert await post.ask("refunds@kopeyka.example") == ("parked", "our own address", None)
    assert (await post.ask("stranger@x.example"))[1] == "nobody has this address"
    _, address = post.client()
    twin, _ = post.client()
    post.shop.books.connection.execute(
        "UPDATE clients SET email = %s WHERE id = %s", (address, twin)
    )
    assert (await post.ask(address))[1] == "several have it"


async def test_a_sender_of_many_letters_is_heard_so_often_an_hour(post: Post) -> None:
    _, address = post.client()
    for number in range(LETTERS_AN_HOUR + 2):
        post.send(written(address, subject=str(number)), address)
    await post.read()
    rows = post.shop.books.rows(
        "SELECT outcome, reason FROM incoming_letters WHERE sender = %(s)s ORDER BY id", s=address
    )
    assert [row.outcome for row in rows] == ["ticket"] * LETTERS_AN_HOUR + ["parked"] * 2
    assert rows[-1].reason == "too many of this sender"


class OneStands(Cases):
    """The cases of a server, one of which cannot be reached for a while."""

    def __init__(self, others: Cases, stands: str) -> None:
        self._others = others
        self._stands = stands

    async def update(
        self, case_id: str, update: Any, argument: Any, command_id: UUID, *, look_at: LookAt
    ) -> Any:
        if case_id == self._stands:
            raise unavailable("case_behind")
        return await self._others.update(case_id, update, argument, command_id, look_at=look_at)


async def test_letters_about_a_ticket_that_stands_wait_in_order_and_hold_up_nobody_else(
    post: Post,
) -> None:
    (_, waits), (_, other) = post.client(), post.client()
    _, _, stands = await post.ask(waits)
    _, _, goes = await post.ask(other)
    for address, ticket_id in ((waits, stands), (other, goes)):
        number = int(str(ticket_id).partition("-")[2])
        to = reply_address(SUPPORT, post.shop.settings.code_key, number)
        for text in ("Раз", "Два"):
            post.send(written(address, to, text=text), address, to)
    cases = OneStands(post.services.cases, str(stands))
    await replace(post, services=replace(post.services, cases=cases)).read()
    assert [text for _, text in post.thread(goes)] == ["Жду неделю.", "Раз", "Два"]
    assert [text for _, text in post.thread(stands)] == ["Жду неделю."]
    await post.read()
    assert [text for _, text in post.thread(stands)] == ["Жду неделю.", "Раз", "Два"]


async def test_a_mailbox_that_is_numbered_anew_repeats_nothing(post: Post) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    post.shop.books.connection.execute("UPDATE incoming_letters SET uid_validity = 99")
    await post.read()
    rows = post.shop.books.rows(
        "SELECT outcome, reason FROM incoming_letters WHERE sender = %(s)s ORDER BY id", s=address
    )
    assert [(row.outcome, row.reason) for row in rows] == [
        ("ticket", None),
        ("parked", "came before"),
    ]
    assert len(post.thread(ticket_id)) == 1


async def test_a_bounce_gives_up_the_letter_that_did_not_come(post: Post) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    letter = await post.answered(ticket_id, address)
    report = bounce(address, str(letter["Message-ID"]))
    post.send(report, "", SUPPORT)
    await post.read()
    assert post.became()[0] == "bounce"
    row = post.shop.books.row(
        "SELECT status, last_error FROM notifications WHERE case_id = %(id)s AND role = 'client'"
        " AND channel = 'mail'",
        id=ticket_id,
    )
    assert (row.status, row.last_error) == ("failed", "bounced")
    post.send(bounce("other@x.example", str(letter["Message-ID"])), "", SUPPORT)
    await post.read()
    assert post.became()[1] == "a bounce of nothing of ours"


def bounce(recipient: str, message_id: str) -> bytes:
    lines = [
        "From: MAILER-DAEMON@mx.example",
        f"To: {SUPPORT}",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        "",
        "--b",
        "",
        "Undelivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example",
        "",
        f"Final-Recipient: rfc822; {recipient}",
        "Status: 5.1.1",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {message_id}",
        "",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


def with_files(letter: EmailMessage, how_many: int) -> EmailMessage:
    for number in range(how_many):
        letter.add_attachment(
            b"text", maintype="application", subtype="octet-stream", filename=f"{number}.txt"
        )
    return letter


async def test_forty_attachments_and_megabytes_of_quotes_are_one_short_message(post: Post) -> None:
    _, address = post.client()
    quotes = "> цитата цитата цитата\n" * 100_000
    letter = with_files(written(address, text=f"Вот файлы.\n\nВы писали:\n{quotes}"), 40)
    post.send(letter, address)
    await post.read()
    ticket_id = post.became()[2]
    ((_, said),) = post.thread(ticket_id)
    taken = post.shop.books.rows(
        "SELECT number FROM ticket_files JOIN ticket_messages ON ticket_messages.id = message_id"
        " WHERE ticket_id = %(id)s",
        id=ticket_id,
    )
    assert len(taken) == MAX_FILES
    named = range(MAX_FILES, MAX_FILES + NAMES_AT_MOST)
    names = "\n".join(f"Файл не принят: {number}.txt" for number in named)
    assert said == f"Вот файлы.\n\n{names}\nЕщё не принято файлов: 15"


async def test_a_text_that_is_longer_than_a_department_takes_says_that_it_goes_on(
    post: Post,
) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address, text="слово " * 5_000)
    ((_, said),) = post.thread(ticket_id)
    assert len(said) <= 10_000
    assert said.endswith("целиком оно у поддержки.)")


BROKEN: dict[str, bytes] = {
    "nothing": b"",
    "no end": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain",
    "charset": b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\x00 text",
    "base64": b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
    "html": b"Content-Type: text/html\r\n\r\n<style>x</style><p>one<br>two<script>y</script>",
    "header": b"Subject: =?utf-8?q?=ff=00?=\r\nDate: nonsense\r\n\r\ntext",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_letter_of_any_shape_is_a_ticket(post: Post, kind: str) -> None:
    _, address = post.client()
    head = f"From: <{address}>\r\nTo: {SUPPORT}\r\nMessage-ID: <{uuid4()}@x>\r\n".encode()
    body = BROKEN[kind] or b"\r\n"
    post.send(head + body, address)
    await post.read()
    outcome, reason, ticket_id = post.became()
    assert (outcome, reason) == ("ticket", None)
    said: list[Any] = post.thread(ticket_id)
    assert len(said) == 1
    if kind == "html":
        assert said[0][1] == "one\ntwo"
