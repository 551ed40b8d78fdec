"""What stands in quotes is found whether few or many messages have it, or only its words."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from bench.tickets.rows import fill
from db.query import Query, compile_once
from db.ticket import lists
from db.ticket.lists import TicketFilter
from db.ticket.reads import TicketRow
from db.words import COMMON_PHRASE, FEW_MESSAGES

TICKETS = 1_000
"""Of five messages each: more of them than are few have the words that every message has."""
SHOWN = 51
COMMON = '"вопрос про счёт"'
"""In every message."""
RARE = '"счёт возврат"'
"""In some of the messages, of which all have «счёт»."""
NOWHERE = '"счёт вопрос"'
"""Its words are in every message, the other way round."""
FEW_WORDS = '"вопрос про" гаранти117'
WITHOUT = '"вопрос про счёт" -пересылка'
SAID = b"SELECT number FROM ticket_words WHERE words @@ websearch_to_tsquery('russian', %s)"


@pytest.fixture(scope="module")
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    fill(database_url, TICKETS)
    with closing(psycopg.connect(database_url, autocommit=True)) as opened:
        yield opened


def numbers(connection: psycopg.Connection, query: Query[TicketRow]) -> list[int]:
    sql, values = compile_once(query.statement, ()).with_values(query.params)
    place = [*query.row.__match_args__].index("number")
    return [found[place] for found in connection.execute(sql.encode(), values)]


@pytest.mark.parametrize("asked", [COMMON, RARE, NOWHERE, FEW_WORDS, WITHOUT])
def test_the_newest_tickets_with_a_phrase_are_found(
    connection: psycopg.Connection, asked: str
) -> None:
    said = {number for (number,) in connection.execute(SAID, [asked])}
    found = numbers(connection, lists.listed(TicketFilter(sought=asked), SHOWN))
    assert found == sorted(said, reverse=True)[:SHOWN]


def test_the_phrases_are_as_common_as_their_names_say(connection: psycopg.Connection) -> None:
    messages = {
        asked: len(connection.execute(SAID, [asked]).fetchall())
        for asked in (COMMON, RARE, NOWHERE, FEW_WORDS, WITHOUT)
    }
    assert min(messages[COMMON], messages[WITHOUT]) > FEW_MESSAGES > messages[RARE] > COMMON_PHRASE
    assert (messages[NOWHERE], messages[FEW_WORDS]) == (0, 1)
