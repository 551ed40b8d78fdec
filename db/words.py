"""What PostgreSQL's text search is asked for words that people typed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import literal_column as as_written

_RUSSIAN: ColumnElement[Any] = as_written("'russian'::regconfig")
"""As the words of messages were made."""
ENTRY_WORDS = "folded(purpose || ' ' || counterparty_name)"
"""What a bank entry is found by, in SQL."""


def beginnings_of(words: Sequence[str]) -> str | None:
    """The query of words that begin so, all of them; letters and digits only, ё as е. None: nothing
    is asked.
    """
    plain = "".join(sign if sign.isalnum() else " " for sign in " ".join(words).lower())
    parts = plain.replace("ё", "е").split()
    return " & ".join(f"'{part}':*" for part in parts) or None


def has_words(words: ColumnElement[Any], asked: str) -> ColumnElement[bool]:
    """Whether a message's words are those that somebody typed, in any of their forms; what stands
    in quotes as it stands there, without what follows a minus.
    """
    return words.bool_op("@@")(func.websearch_to_tsquery(_RUSSIAN, asked))
