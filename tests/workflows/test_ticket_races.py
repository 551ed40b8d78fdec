"""The rows of docs/races.md about tickets, in both orders, forced; and what time does alone."""

from datetime import timedelta

import pytest

from tests.workflows.race import outcome, outcomes
from tests.workflows.status_race import race_of
from tests.workflows.ticket_race import CLIENT, TicketRace

MINUTE = timedelta(minutes=1)
NOT_ALLOWED = "not_allowed_in_status"

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])


race = race_of(TicketRace)


async def test_two_answers_at_once(race: TicketRace) -> None:
    async with race.worker():
        ticket = await race.asked()
    answers = [await ticket.sent("answer", one, ticket.answer(0)) for one in ("petrova", "orlov")]
    async with race.worker():
        results = await outcomes(answers)
    assert results == ["waiting_client", "ticket_answered_meanwhile"]
    assert (ticket.row.answers, ticket.row.assignee) == (1, "petrova")


async def test_two_take_at_once(race: TicketRace) -> None:
    async with race.worker():
        ticket = await race.asked()
    takes = [await ticket.sent("take", one, ticket.taking(one)) for one in ("petrova", "orlov")]
    async with race.worker():
        results = await outcomes(takes)
    assert results == ["open", "ticket_taken_meanwhile"]
    assert ticket.row.assignee == "petrova"


async def test_two_merges_that_cross(race: TicketRace) -> None:
    async with race.worker():
        one = await race.answered()
        other = await race.asked(one.row.client_id)
        await other.command("answer", "orlov", other.answer(0))
    merges = [
        await one.sent("merge", "petrova", one.merging(other)),
        await other.sent("merge", "orlov", other.merging(one)),
    ]
    async with race.worker():
        results = await outcomes(merges)
    assert sorted(results) == ["merged", "ticket_merge_not_open"]
    assert sorted([one.status, other.status]) == ["merged", "waiting_client"]


@first_or_second
async def test_a_merge_and_a_message_of_the_client(race: TicketRace, first: bool) -> None:
    async with race.worker():
        into = await race.asked()
        ticket = await race.asked(into.row.client_id)
    said = [("merge", ticket.merging(into)), ("reply", ticket.message())]
    sent = [
        await ticket.sent(update, CLIENT, submission)
        for update, submission in (said if first else reversed(said))
    ]
    async with race.worker():
        results = await outcomes(sent)
    assert results == (["merged", NOT_ALLOWED] if first else ["new", "merged"])
    assert (ticket.status, ticket.row.merged_into) == ("merged", into.id)


@first_or_second
async def test_a_mark_as_spam_and_a_message_of_the_client(race: TicketRace, first: bool) -> None:
    async with race.worker():
        ticket = await race.asked()
    said = [("mark_spam", ticket.marking()), ("reply", ticket.message())]
    sent = [
        await ticket.sent(update, CLIENT, submission)
        for update, submission in (said if first else reversed(said))
    ]
    async with race.worker():
        results = await outcomes(sent)
    assert results == (["spam", NOT_ALLOWED] if first else ["new", "spam"])
    assert (ticket.status, ticket.row.turn_at) == ("spam", None)


@first_or_second
async def test_an_archiving_and_a_message_of_the_client(race: TicketRace, first: bool) -> None:
    async with race.worker():
        ticket = await race.answered()
    said = [("archive", None), ("reply", ticket.message())]
    sent = [
        await ticket.sent(update, CLIENT, submission)
        for update, submission in (said if first else reversed(said))
    ]
    async with race.worker():
        results = await outcomes(sent)
    assert results == (["resolved", "open"] if first else ["open", NOT_ALLOWED])
    assert (ticket.status, ticket.row.archived_at) == ("open", None)


@first_or_second
@pytest.mark.parametrize("closing", [False, True], ids=["auto-close", "closing"])
@pytest.mark.parametrize("deed", ["answer", "reply"])
async def test_a_message_and_the_end_of_a_tickets_time(
    race: TicketRace, deed: str, closing: bool, first: bool
) -> None:
    """Whoever writes in the moment in which silence resolves or closes the ticket is heard."""
    async with race.worker():
        ticket = await (race.resolved() if closing else race.answered())
        await ticket.approach(ticket.wait_until)
    await ticket.to_the_brink()
    by, written = ("petrova", ticket.answer(1)) if deed == "answer" else (CLIENT, ticket.message())
    if first:
        sent = await ticket.sent(deed, by, written)
        await ticket.over()
    else:
        await ticket.over()
        sent = await ticket.sent(deed, by, written)
    async with race.worker():
        assert await outcome(sent) == ("waiting_client" if deed == "answer" else "open")
    before = ["new", "waiting_client", *(["resolved"] if closing else [])]
    assert ticket.history == [*before, ticket.status]
    assert ticket.row.closed_at is None


async def test_silence_is_reminded_of_resolved_announced_and_closed(race: TicketRace) -> None:
    async with race.worker():
        ticket = await race.answered()
        await ticket.approach(ticket.wait_until, -MINUTE)
        await ticket.until("resolved")
        await ticket.approach(ticket.wait_until, -MINUTE)
        await ticket.until("closed")
        await ticket.ends()
    assert ticket.history == ["new", "waiting_client", "resolved", "closed"]
    assert ticket.letters == [
        "staff_ticket_opened",
        "ticket_answered",
        "ticket_reminder",
        "ticket_resolved_by_time",
    ]


async def test_a_resolved_ticket_reopens_within_its_days(race: TicketRace) -> None:
    async with race.worker():
        ticket = await race.resolved()
        await ticket.approach(ticket.wait_until)
        await ticket.command("reply", CLIENT, ticket.message())
    assert ticket.history == ["new", "waiting_client", "resolved", "open"]


async def test_a_missed_deadline_is_told_to_the_operators(race: TicketRace) -> None:
    async with race.worker():
        ticket = await race.asked()
        await ticket.approach(ticket.wait_until, -MINUTE)
    assert ticket.letters == [
        "staff_ticket_opened",
        "staff_ticket_reminder",
        "staff_ticket_overdue",
    ]
