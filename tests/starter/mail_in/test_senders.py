"""A letter in a client's name is the client's own only where something vouches for its sender."""

import io
from email.message import EmailMessage
from typing import Any

from pypdf import PdfReader

from domain.access.roles import Role
from domain.ticket.mail import UNCONFIRMED_A_DAY
from tests.starter.caller import Api
from tests.starter.mail_in.post import SUPPORT, Post, written
from tests.starter.ticket.merged_meanwhile import close

FORGER = "mallory@evil.example"


async def forged(post: Post, letter: EmailMessage) -> tuple[str, str | None, str | None]:
    """A letter that comes from another mailbox than its From says."""
    post.send(letter, FORGER)
    await post.read()
    return post.became()


async def transcript(post: Post, ticket_id: str | None) -> str:
    """What the paper of a ticket's thread says."""
    path = f"/v1/tickets/{ticket_id}/transcript.pdf"
    found = await Api(post.shop.http).call("GET", path, role=Role.SUPPORT)
    assert found.status_code == 200, found.text
    pages = PdfReader(io.BytesIO(found.content)).pages
    return " ".join(page.extract_text() for page in pages).replace("\u200b", "")


async def messages(post: Post, ticket_id: str | None, role: Role) -> list[dict[str, Any]]:
    path = f"/v1/tickets/{ticket_id}/messages"
    found = await Api(post.shop.http).call("GET", path, role=role)
    assert found.status_code == 200, found.text
    return list(found.json()["items"])


async def test_a_letter_of_anybody_opens_a_ticket_that_says_so_to_staff(post: Post) -> None:
    client_id, address = post.client()
    outcome, _, ticket_id = await forged(post, written(address, text="Верните на другой счёт."))
    assert outcome == "ticket"
    (said,) = await messages(post, ticket_id, Role.SPECIALIST)
    assert said["sender_confirmed"] is False
    path = f"/v1/tickets/{ticket_id}/messages"
    own = await Api(post.shop.http).call("GET", path, client_id=client_id)
    assert own.json()["items"][0]["sender_confirmed"] is None
    _, _, honest = await post.ask(address)
    (said,) = await messages(post, honest, Role.SPECIALIST)
    assert said["sender_confirmed"] is True
    assert "отправитель не подтверждён" in await transcript(post, ticket_id)
    assert "не подтверждён" not in await transcript(post, honest)


async def test_a_letter_of_anybody_neither_answers_nor_reopens_a_ticket_by_its_number(
    post: Post,
) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    await post.answered(ticket_id, address, resolves=True)
    subject = f"Re: [#{str(ticket_id).removeprefix('ticket-')}] Где возврат?"
    outcome, _, other = await forged(post, written(address, subject=subject, text="Согласен."))
    assert (outcome, other == ticket_id) == ("ticket", False)
    status = "SELECT status FROM tickets WHERE id = %(id)s"
    assert post.shop.books.row(status, id=ticket_id).status == "resolved"
    assert len(post.thread(ticket_id)) == 2
    assert await post.ask(address, subject=subject) == ("reply", None, ticket_id)
    assert post.shop.books.row(status, id=ticket_id).status == "open"


async def test_whoever_has_our_letter_is_confirmed_by_its_address(post: Post) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    letter = await post.answered(ticket_id, address)
    to = str(letter["Reply-To"])
    post.send(written(address, to, text="Вот номер."), FORGER, to)
    await post.read()
    assert post.became() == ("reply", None, ticket_id)
    newest, *_ = await messages(post, ticket_id, Role.SPECIALIST)
    assert (newest["text"], newest["sender_confirmed"]) == ("Вот номер.", True)


async def test_so_is_whoever_goes_on_from_a_closed_ticket(post: Post) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    letter = await post.answered(ticket_id, address, resolves=True)
    close(post.shop.books, str(ticket_id))
    to = str(letter["Reply-To"])
    post.send(written(address, to, text="И ещё."), FORGER, to)
    await post.read()
    (said,) = await messages(post, post.became()[2], Role.SPECIALIST)
    assert said["sender_confirmed"] is True


async def test_results_that_a_letter_came_with_count_for_nothing(post: Post) -> None:
    _, address = post.client()
    server = str(post.shop.settings.mail_authserv_id)
    claimed = f"{server}; dmarc=pass header.from={address.partition('@')[2]}"
    letter = written(address, Authentication_Results=claimed)
    _, _, ticket_id = await forged(post, letter)
    (said,) = await messages(post, ticket_id, Role.SPECIALIST)
    assert said["sender_confirmed"] is False


async def test_of_two_senders_nobody_is_confirmed(post: Post) -> None:
    _, address = post.client()
    head = f"From: {address}\r\nFrom: {FORGER}\r\nTo: {SUPPORT}\r\nMessage-ID: <two@x>\r\n\r\n?"
    post.send(head.encode(), address)
    await post.read()
    (said,) = await messages(post, post.became()[2], Role.SPECIALIST)
    assert said["sender_confirmed"] is False


async def test_letters_of_anybody_open_so_many_tickets_a_day_in_a_clients_name(
    post: Post,
) -> None:
    _, address = post.client()
    for number in range(UNCONFIRMED_A_DAY + 1):
        post.send(written(address, subject=str(number)), FORGER)
    await post.read()
    assert post.became() == ("parked", "too many unconfirmed", None)
    rows = post.shop.books.rows(
        "SELECT outcome FROM incoming_letters WHERE sender = %(own)s ORDER BY id", own=address
    )
    assert [row.outcome for row in rows] == ["ticket"] * UNCONFIRMED_A_DAY + ["parked"]
    assert (await post.ask(address))[0] == "ticket"
