"""Letters are kept as they came for some days only; one that comes again is known for ever."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.ticket import purge
from tests.starter.mail_in.parked import parked_letter
from tests.starter.mail_in.post import Post, written

KEPT = timedelta(days=180)
AGED = "UPDATE incoming_letters SET done_at = now() - interval '181 days' WHERE id = ANY(%s)"

CLOSED = (
    "UPDATE tickets SET status = 'closed', closed_at = now() - interval '181 days',"
    " turn_at = NULL, hastened_at = NULL, wait_until = NULL, waiting_for = NULL WHERE id = %s"
)


def letters(post: Post, address: str) -> list[Any]:
    return post.shop.books.rows(
        "SELECT * FROM incoming_letters WHERE sender = %(s)s ORDER BY id", s=address
    )


async def erased(post: Post, *ids: int) -> None:
    """As if these letters had been done with for long."""
    post.shop.books.connection.execute(AGED, (list(ids),))
    now = datetime.now(UTC)
    await purge.purge(post.services.database, now - KEPT, now)


async def test_a_letter_that_comes_again_after_it_was_erased_is_no_second_message(
    post: Post,
) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    (letter,) = letters(post, address)
    await erased(post, letter.id)
    (letter,) = letters(post, address)
    assert letter.content == b""
    post.shop.books.connection.execute(
        "UPDATE incoming_letters SET uid_validity = 98 WHERE id = %s", (letter.id,)
    )
    await post.read()
    assert [(one.outcome, one.reason) for one in letters(post, address)] == [
        ("ticket", None),
        ("parked", "came before"),
    ]
    assert len(post.thread(ticket_id)) == 1


async def test_a_letter_that_came_by_two_ways_is_one_message(post: Post) -> None:
    _, address = post.client()
    letter = written(address)
    post.send(letter, address)
    await post.read()
    _, _, ticket_id = post.became()
    letter["X-Forwarded-By"] = "list.example"
    post.send(letter, address)
    await post.read()
    assert post.became()[:2] == ("parked", "came before")
    assert len(post.thread(ticket_id)) == 1


async def test_the_message_id_of_somebody_else_hides_no_letter(post: Post) -> None:
    (_, first), (_, second) = post.client(), post.client()
    for address in (first, second):
        letter = written(address)
        letter.replace_header("Message-ID", "<one@romashka.example>")
        post.send(letter, address)
        await post.read()
    outcome, _, ticket_id = post.became()
    assert outcome == "ticket"
    assert len(post.thread(ticket_id)) == 1


async def test_the_sender_is_kept_while_the_ticket_may_go_on(post: Post) -> None:
    _, address = post.client()
    _, _, ticket_id = await post.ask(address)
    (letter,) = letters(post, address)
    await erased(post, letter.id)
    assert [one.content for one in letters(post, address)] == [b""]
    post.shop.books.connection.execute("SET session_replication_role = replica")
    post.shop.books.connection.execute(CLOSED, (ticket_id,))
    post.shop.books.connection.execute("SET session_replication_role = origin")
    await erased(post)
    assert not letters(post, address)


@pytest.mark.parametrize("is_handled", [True, False])
async def test_a_parked_letter_is_erased_once_somebody_has_looked_at_it(
    post: Post, *, is_handled: bool
) -> None:
    sender = f"auto-{is_handled}@parked.example"
    letter_id = parked_letter(post.shop.books, sender)
    if is_handled:
        post.shop.books.connection.execute(
            "UPDATE incoming_letters SET handled_at = now() - interval '181 days',"
            " handled_by = 'orlov' WHERE id = %s",
            (letter_id,),
        )
    await erased(post, letter_id)
    (letter,) = post.shop.books.rows("SELECT * FROM incoming_letters WHERE id = %(i)s", i=letter_id)
    assert (letter.sender, bool(letter.content)) == (("", False) if is_handled else (sender, True))
