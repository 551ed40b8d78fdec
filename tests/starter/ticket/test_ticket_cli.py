"""Tickets on the command line: what the pages do, by the same commands."""

import asyncio
from subprocess import CompletedProcess

import pytest

from tests.starter.caller import Api
from tests.starter.refund.shop import Shop
from tests.starter.refund.test_uncovered_year import temporal_of
from tests.starter.test_cli import starter
from tests.starter.ticket.test_departments import write
from tests.starter.ticket.test_tickets import ask, texts


class Line:
    """The command line of this installation."""

    def __init__(self, shop: Shop, database_url: str) -> None:
        self._environment = {**temporal_of(shop), "KOPEYKA_DATABASE_URL": database_url}

    async def __call__(self, *words: str) -> CompletedProcess[str]:
        return await asyncio.to_thread(starter, "ticket", *words, **self._environment)


@pytest.fixture
def line(shop: Shop, database_url: str) -> Line:
    return Line(shop, database_url)


async def test_a_ticket_is_listed_shown_answered_and_resolved(
    line: Line, whole_api: Api, shop: Shop
) -> None:
    await write(whole_api, "command_line")
    _, ticket_id = await ask(whole_api, shop.books, department="command_line")
    listed = await line("list", "--department", "command_line")
    assert [one.split("\t")[0] for one in listed.stdout.splitlines()] == [ticket_id]
    taken = await line("take", ticket_id, "--by", "orlov")
    assert (taken.returncode, "orlov" in taken.stdout) == (0, True), taken.stderr
    late = await line("take", ticket_id, "--by", "petrova")
    assert (late.returncode, late.stderr.count("\n")) == (2, 1)
    said = ("--text", "Выплатили.", "--by", "orlov")
    answered = await line("answer", ticket_id, "--seen", "0", *said)
    assert "Waits for the client" in answered.stdout, answered.stderr
    again = await line("answer", ticket_id, "--seen", "0", *said)
    assert again.returncode == 2
    assert (await texts(whole_api, ticket_id))[-1] == "Выплатили."
    shown = (await line("show", ticket_id)).stdout
    assert "answers\t1" in shown
    assert shown.index("Жду неделю.") < shown.index("Выплатили.")
    resolved = await line("resolve", ticket_id, "--by", "orlov")
    assert (resolved.returncode, "Resolved" in resolved.stdout) == (0, True), resolved.stderr
    empty = await line("list", "--department", "command_line")
    assert empty.stdout == "no ticket waits for us\n"


async def test_a_ticket_is_given_away_escalated_and_held_for_spam(
    line: Line, whole_api: Api, shop: Shop
) -> None:
    _, ticket_id = await ask(whole_api, shop.books)
    by = ("--by", "orlov")
    given = await line("transfer", ticket_id, "--department", "refunds", "--reason", "К ним", *by)
    assert "\trefunds\t" in given.stdout, given.stderr
    assert (await line("escalate", ticket_id, "--reason", "Срочно", *by)).returncode == 0
    spam = await line("spam", ticket_id, "--reason", "Реклама", *by)
    assert "\tSpam\t" in spam.stdout, spam.stderr
    back = await line("not-spam", ticket_id, *by)
    assert (back.returncode, "\tSpam\t" in back.stdout) == (0, False)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "ticket-999999999999"),
        ("list", "--limit", "0"),
        ("take", "ticket-1", "--by", " "),
        ("resolve", "ticket-999999999999", "--by", "orlov"),
    ],
)
async def test_what_cannot_be_done_is_one_line(line: Line, words: tuple[str, ...]) -> None:
    done = await line(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
