"""What PostgreSQL's text search is asked for words that people typed."""

from collections.abc import Sequence


def beginnings_of(words: Sequence[str]) -> str | None:
    """The query of words that begin so, all of them; letters and digits only, ё as е. None: nothing
    is asked.
    """
    plain = "".join(sign if sign.isalnum() else " " for sign in " ".join(words).lower())
    parts = plain.replace("ё", "е").split()
    return " & ".join(f"'{part}':*" for part in parts) or None
