"""What PostgreSQL's text search is asked for words that people typed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy import literal_column as as_written

from db.tables import ticket_words, tickets

_RUSSIAN: ColumnElement[Any] = as_written("'russian'::regconfig")
"""As the words of messages were made."""
ENTRY_WORDS = "folded(purpose || ' ' || counterparty_name)"
"""What a bank entry is found by, in SQL."""
FEW_MESSAGES = 2_000
"""Messages with some words that are found by the index of words before they are sorted."""


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
    will be, so the count of the first opens one of them.
    """
    said = select(ticket_words.c.number).where(
        ticket_words.c.words.bool_op("@@")(func.websearch_to_tsquery(_RUSSIAN, asked))
    )
    if client_id is not None:
        said = said.where(ticket_words.c.client_id == client_id)
    found = said.limit(FEW_MESSAGES + 1).cte("said")
    how_many = select(func.count()).select_from(found).scalar_subquery()
    number = tickets.c.number
    return [
        number.in_(select(found.c.number).where(how_many <= FEW_MESSAGES)),
        and_(how_many > FEW_MESSAGES, number.in_(said)),
    ]
