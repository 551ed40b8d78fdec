"""The database compares what people wrote as the product does."""

import sys
import unicodedata

import psycopg
import pytest

from domain.text import compared, one_line
from tests.books import Books

CATEGORIES_OF_BOTH = ("Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Nd", "Nl", "No", "Cf", "Zs", "So")


def test_every_sign_is_compared_alike(books: Books) -> None:
    """Each known sign between two letters; what Unicode calls by itself is compared by itself."""
    texts = [
        f"А{sign}b"
        for sign in map(chr, range(1, sys.maxunicode + 1))
        if unicodedata.category(sign) in CATEGORIES_OF_BOTH
        if sign == unicodedata.normalize("NFKC", sign) or sign in "ﬁＩ\u3164\u00a0"
    ]
    rows = books.connection.execute(
        "SELECT t.text, compared(t.text), one_line(t.text) FROM unnest(%s::text[]) AS t (text)",
        (texts,),
    ).fetchall()
    different = [row[0] for row in rows if row[1:] != (compared(row[0]), one_line(row[0]))]
    assert (len(rows), different) == (len(texts), [])


def test_a_text_is_compared_alike(books: Books) -> None:
    for text in ("  ООО\u00a0«Ро\u00admашка»  🌼", "Straße", "ﬁn", "ЁЛКА и\u0306", "\u200bIVANOVA"):
        assert books.row("SELECT compared(%(text)s) AS said", text=text).said == compared(text)


@pytest.mark.parametrize(
    "name",
    ["ООО «Ро\u00adмашка»", "\ufeffООО Ромашка", "ООО  Ромашка", " ООО Ромашка", "Цои\u0306"],
)
def test_no_name_is_kept_otherwise_than_it_is_seen(books: Books, name: str) -> None:
    books.connection.execute("BEGIN")
    with pytest.raises(psycopg.Error) as error:
        books.put("clients", id="odd", kind="company", name=name, email="office@romashka.ru")
    books.connection.execute("ROLLBACK")
    assert error.value.diag.constraint_name == "name_is_as_seen"
