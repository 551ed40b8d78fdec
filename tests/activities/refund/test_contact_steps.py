"""Another address for letters in a real database: what the step stores, and what it lets rest."""

from typing import Any

import pytest

from db.database import Database
from domain.notification.notification import ONE_TIME_CODE
from domain.refund.contact import MAX_CORRECTIONS
from domain.refund.refund import Change, TransitionResult
from tests.activities.walk import Walk, opened
from tests.books import AT, Books

ADDRESS = "dir@romashka.example"


def client_of(walk: Walk) -> str:
    row = walk.books.row("SELECT client_id FROM refunds WHERE id = %(id)s", id=walk.refund_id)
    return str(row.client_id)


def correction(walk: Walk, email: str = ADDRESS) -> Change:
    return walk.next("client", walk.books.contact(client_of(walk), email))


async def corrected(walk: Walk, email: str = ADDRESS) -> TransitionResult:
    return walk.took(await walk.steps.correct_contact(correction(walk, email)))


def letters(walk: Walk) -> list[Any]:
    return walk.books.rows(
        "SELECT * FROM notifications WHERE case_id = %(id)s AND channel = 'mail'"
        " AND role = 'client' ORDER BY number",
        id=walk.refund_id,
    )


def gave_up(walk: Walk) -> None:
    """The mail server has refused every letter of the case for good."""
    walk.books.connection.execute(
        "UPDATE notifications SET status = 'failed', due_at = NULL, settled_at = now(),"
        " last_error = '550 no such user' WHERE case_id = %s AND channel = 'mail'",
        (walk.refund_id,),
    )


def case_of(walk: Walk) -> Any:
    return walk.books.row("SELECT * FROM refunds WHERE id = %(id)s", id=walk.refund_id)


async def test_it_is_one_change_whose_repeat_changes_nothing(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    gave_up(walk)
    before, change = case_of(walk), correction(walk)
    result = await walk.steps.correct_contact(change)
    assert await walk.steps.correct_contact(change) == result
    after = case_of(walk)
    assert (after.contact_email, after.version) == (ADDRESS, before.version + 1)
    assert (after.status, after.wait_until, after.changed_at) == (
        *(before.status, before.wait_until, before.changed_at),
    )
    assert len(letters(walk)) == 2


@pytest.mark.parametrize("given_up", [True, False])
async def test_the_last_letter_is_written_again_and_what_had_not_left_rests(
    given_up: bool, database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    if given_up:
        gave_up(walk)
    await corrected(walk)
    old, new = letters(walk)
    assert (old.status, old.due_at, old.replaced_at is not None) == ("failed", None, True)
    assert old.last_error == ("550 no such user" if given_up else None)
    assert (new.status, new.template, new.params) == ("queued", old.template, old.params)
    assert (new.replaced_at, new.attempts) == (None, 0)
    inbox = books.rows(
        "SELECT * FROM notifications WHERE case_id = %(id)s AND channel = 'inbox'",
        id=walk.refund_id,
    )
    assert len(inbox) == 1


async def test_a_letter_that_has_left_is_not_written_again(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    books.connection.execute(
        "UPDATE notifications SET status = 'sent', due_at = NULL, settled_at = now()"
        " WHERE case_id = %s",
        (walk.refund_id,),
    )
    await corrected(walk)
    (letter,) = letters(walk)
    assert (letter.status, letter.replaced_at) == ("sent", None)


async def test_a_letter_of_an_earlier_status_is_not_written_again(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    gave_up(walk)
    books.connection.execute(
        "UPDATE refunds SET changed_at = changed_at + interval '1 hour' WHERE id = %s",
        (walk.refund_id,),
    )
    await corrected(walk)
    (letter,) = letters(walk)
    assert letter.replaced_at is not None


async def test_a_one_time_code_goes_on_to_the_client_s_own_address(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    books.connection.execute(
        "INSERT INTO notifications (id, case_id, occasion, role, client_id, channel, template,"
        " params, status, due_at, created_at) VALUES (gen_random_uuid(), %s, 'code-1', 'client',"
        " %s, 'mail', %s, '{\"code\": \"123456\"}', 'queued', now(), %s)",
        (walk.refund_id, client_of(walk), ONE_TIME_CODE.template, AT),
    )
    await corrected(walk)
    (code,) = [one for one in letters(walk) if one.template == ONE_TIME_CODE.template]
    assert (code.status, code.replaced_at) == ("queued", None)
    assert len(letters(walk)) == 3


async def test_the_client_s_own_address_is_none_of_the_case(
    database: Database, books: Books
) -> None:
    walk = await opened(database, books)
    await corrected(walk)
    await corrected(walk, "BUH@romashka.example")
    assert case_of(walk).contact_email is None


async def test_corrections_are_counted(database: Database, books: Books) -> None:
    walk = await opened(database, books)
    for number in range(MAX_CORRECTIONS):
        await corrected(walk, f"dir{number}@romashka.example")
    judged = await walk.steps.correct_contact(correction(walk))
    assert (judged.refusal, judged.changes) == ("contact_corrected_too_often", walk.number)
    assert case_of(walk).contact_email == f"dir{MAX_CORRECTIONS - 1}@romashka.example"


async def test_what_another_client_has_named_is_not_taken(database: Database, books: Books) -> None:
    walk = await opened(database, books)
    stranger = books.client()
    with pytest.raises(ValueError, match="unpack"):
        await walk.steps.correct_contact(walk.next("client", books.contact(stranger)))
    assert case_of(walk).contact_email is None
