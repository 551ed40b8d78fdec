"""A refused statement shows the line in its surroundings, as text, to whoever may bring files."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from db.database import Database
from domain.access.roles import Role
from starter.presentation.banking.file_lines import AROUND, lines_around
from tests.books import Books
from tests.starter.web.browser import Browser

LINES = [
    "1CClientBankExchange",
    "ВерсияФормата=1.03",
    "Кодировка=Windows",
    "СекцияДокумент=Платежное поручение",
    "Дата=32.13.2026",
    "Плательщик=<script>alert(1)</script>",
    "Сумма=1.00",
    "КонецДокумента",
    "КонецФайла",
]
REFUSED_LINE = 5


def refused(books: Books, *, piece_bytes: int = 1_000_000, end: str = "\r\n") -> str:
    """A file that was refused for its fifth line, stored in pieces; its id."""
    content, statement_id = end.join([*LINES, ""]).encode("cp1251"), str(uuid4())
    books.put(
        "bank_statements",
        id=statement_id,
        sha256=uuid4().hex * 2,
        size_bytes=len(content),
        uploaded_by="kuznetsova",
        uploaded_at=datetime.now(UTC),
        status="refused",
        refusal="bank_file_date",
        refusal_line=REFUSED_LINE,
        refusal_detail="Дата",
    )
    for number, start in enumerate(range(0, len(content), piece_bytes)):
        books.put(
            "bank_statement_chunks",
            statement_id=statement_id,
            number=number,
            content=content[start : start + piece_bytes],
        )
    return statement_id


async def test_the_refused_line_stands_between_its_neighbours_as_text(
    browser: Browser, books: Books
) -> None:
    path = f"/desk/statements/{refused(books)}"
    await browser.log_in(Role.ACCOUNTANT)
    page = await browser.get(path)
    assert "Строка 5 и соседние" in page.words
    assert "<b>Дата=32.13.2026</b>" in page.html
    assert "ВерсияФормата=1.03" in page.words
    assert "КонецФайла" not in page.words
    assert "<script>alert(1)" not in page.html
    assert "Не правьте файл вручную" in page.words
    assert 'href="/desk/statements#upload"' in page.html
    assert "К нераспознанным операциям" not in page.words, "it has brought none"
    assert "<b>КонецФайла</b>" in (await browser.get(f"{path}?line={len(LINES)}")).html
    assert (await browser.get(f"{path}?line=0")).status == 404
    assert (await browser.get(f"{path}?line=100000")).status == 200


async def test_whoever_brings_no_files_sees_no_payer_in_one(browser: Browser, books: Books) -> None:
    statement_id = refused(books)
    await browser.log_in(Role.OPERATOR)
    page = await browser.get(f"/desk/statements/{statement_id}")
    assert page.status == 200
    assert "Плательщик" not in page.words


@pytest.mark.parametrize("piece_bytes", [1_000_000, 50, 64])
@pytest.mark.parametrize("meant", [1, 5, 9])
async def test_lines_are_counted_over_the_borders_of_pieces(
    database: Database, books: Books, piece_bytes: int, meant: int
) -> None:
    statement_id = refused(books, piece_bytes=piece_bytes, end="\n")
    found = await lines_around(database, UUID(statement_id), meant)
    first, last = max(1, meant - AROUND), min(len(LINES), meant + AROUND)
    assert [one.number for one in found] == list(range(first, last + 1))
    assert [one.text for one in found] == LINES[first - 1 : last]
    assert [one.number for one in found if one.is_meant] == [meant]


async def test_a_refused_file_is_dealt_with_by_an_accountants_word(
    browser: Browser, books: Books
) -> None:
    path = f"/desk/statements/{refused(books)}"
    await browser.log_in(Role.OPERATOR)
    assert "/settlement" not in (await browser.get(path)).html
    await browser.log_in(Role.ACCOUNTANT, login="kuznetsova")
    form = (await browser.get(path)).form("/settlement")
    silent = await browser.send(f"{path}/settlement", {**form, "reason": " "})
    assert (silent.status, 'id="reason-error"' in silent.html) == (422, True)
    said = {**form, "reason": "Загружен файл за те же дни <b>"}
    assert (await browser.send(f"{path}/settlement", said)).leads_to == path
    page = await browser.get(path)
    assert "Не принята, разобрана" in page.words
    assert "Загружен файл за те же дни &lt;b&gt;" in page.html
    assert "/settlement" not in page.html
    late = {"idempotency_key": "late", "reason": "Ещё раз"}
    again = await browser.send(f"{path}/settlement", late)
    assert (again.status, "Разбирать нечего" in again.words) == (409, True)
    assert path in (await browser.get("/desk/statements?status=settled")).html
