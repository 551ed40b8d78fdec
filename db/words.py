"""What PostgreSQL's text search is asked for words that people typed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import literal_column as as_written

_RUSSIAN: ColumnElement[Any] = as_written("'russian'::regconfig")
"""As the indexes of what tickets say have it."""


def beginnings_of(words: Sequence[str]) -> str | None:
    """The query of words that begin so, all of them; letters and digits only, ё as е. None: nothing
    is asked.
    """
    plain = "".join(sign if sign.isalnum() else " " for sign in " ".join(words).lower())
    parts = plain.replace("ё", "е").split()
    return " & ".join(f"'{part}':*" for part in parts) or None


def has_words(column: ColumnElement[Any], words: str) -> ColumnElement[bool]:
    """What a ticket says has these words, in any of their forms."""
    asked = func.websearch_to_tsquery(_RUSSIAN, words)
    return func.to_tsvector(_RUSSIAN, column).bool_op("@@")(asked)
