"""The ticket's story is one that the rules of tickets tell: its statuses and its letters."""

from collections import Counter
from itertools import pairwise

from demo.stories import asked
from domain.calendar.bank_calendar import BankCalendar
from domain.ticket import transitions
from domain.ticket.case import OpeningFacts, TicketTransition, WrittenAnswer
from domain.ticket.ticket import TICKET_MOVES, TicketOpening, TicketRequest, TicketStatus
from tests.domain.ticket.test_ticket_transitions import (
    AT,
    RULES,
    answered,
    case,
    change,
    made,
    told,
)

FACTS = OpeningFacts(
    7, "c-1", asked.TOPIC, None, None, "refund-2026-000117-1", None, RULES, BankCalendar()
)


def judged() -> list[TicketTransition]:
    """Each step of the story, on a ticket as the step before it leaves one."""
    opening = TicketOpening(TicketRequest("ticket-7", "o-1", "client"), AT)
    return [
        transitions.opened(opening, FACTS),
        made(transitions.answer(case(), change(), WrittenAnswer(0, resolves=False))),
        made(transitions.reply(answered(), change())),
        made(transitions.resolve(case(status=TicketStatus.OPEN, answers=1), change())),
        made(transitions.archive(answered(TicketStatus.RESOLVED), change())),
    ]


def test_the_storys_path_is_what_its_steps_lead_to_and_putting_away_leaves_it_resolved() -> None:
    *path, put_away = [step.result.status for step in judged()]
    assert tuple(path) == asked.PATH
    assert put_away is path[-1]
    assert all(after in TICKET_MOVES[before] for before, after in pairwise(path))


def test_the_storys_letters_are_those_of_its_steps() -> None:
    assert Counter(letter for step in judged() for letter in told(step)) == Counter(asked.LETTERS)
