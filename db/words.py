"""What PostgreSQL's text search is asked for words that people typed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy import literal_column as as_written

from db.tables import ticket_words, tickets

_RUSSIAN: ColumnElement[Any] = as_written("'russian'::regconfig")
"""As the words of messages were made."""
ENTRY_WORDS = "folded(purpose || ' ' || counterparty_name)"
"""What a bank entry is found by, in SQL."""
FEW_MESSAGES = 2_000
"""Messages with some words that are found by the index of words before they are sorted."""
COMMON_PHRASE = 40
"""Of `FEW_MESSAGES` with the words of a phrase, those with the phrase that make it a common one:
a list that is walked comes upon enough of them.
"""
_QUOTE = '"'


def beginnings_of(words: Sequence[str]) -> str | None:
    """The query of words that begin so, all of them; letters and digits only, ё as е. None: nothing
    is asked.
    """
    plain = "".join(sign if sign.isalnum() else " " for sign in " ".join(words).lower())
    parts = plain.replace("ё", "е").split()
    return " & ".join(f"'{part}':*" for part in parts) or None


def said_in_tickets(asked: str, client_id: str | None = None) -> list[ColumnElement[bool]]:
    """Two conditions of tickets, of any client or of one, that have taken the words that somebody
    typed, in any of their forms; what stands in quotes as it stands there, without what follows a
    minus.

    The first finds all of them by the index of words where they are few; else the second has a list
    walked in its own order, which comes upon enough of them soon. The planner cannot know which it
    will be, so a count opens one of them.
    """
    said = _of(asked, client_id)
    is_common = _is_common_phrase(asked, client_id) if _QUOTE in asked else false()
    found = said.where(~is_common).limit(FEW_MESSAGES + 1).cte("said")
    how_many = select(func.count()).select_from(found).scalar_subquery()
    number = tickets.c.number
    return [
        number.in_(select(found.c.number).where(how_many <= FEW_MESSAGES)),
        and_(or_(is_common, how_many > FEW_MESSAGES), number.in_(said)),
    ]


def _is_common_phrase(asked: str, client_id: str | None) -> ColumnElement[bool]:
    """Whether many messages have its words, and enough of the first of them have the phrase.

    The index knows which messages have its words, not where, so a count of those with the phrase
    would read every message with the words.
    """
    together = _has_words(asked).label("together")
    apart = _of(asked.replace(_QUOTE, " "), client_id).add_columns(together)
    looked_at = apart.limit(FEW_MESSAGES + 1).cte("looked_at")
    counts = (func.count(), func.count().filter(looked_at.c.together))
    all_of_them, with_phrase = (
        select(count).select_from(looked_at).scalar_subquery() for count in counts
    )
    return and_(all_of_them > FEW_MESSAGES, with_phrase >= COMMON_PHRASE)


def _of(asked: str, client_id: str | None) -> Select[Any]:
    said = select(ticket_words.c.number).where(_has_words(asked))
    return said if client_id is None else said.where(ticket_words.c.client_id == client_id)


def _has_words(asked: str) -> ColumnElement[bool]:
    return ticket_words.c.words.bool_op("@@")(func.websearch_to_tsquery(_RUSSIAN, asked))
