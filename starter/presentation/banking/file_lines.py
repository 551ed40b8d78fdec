"""The lines of a stored bank statement around one of them, as people see them: as text only."""

import io
from collections.abc import Iterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from db.banking import bank_statement
from db.database import Database
from gateways.bank_file.errors import BankFileError
from gateways.bank_file.limits import StatementLimits
from gateways.bank_file.lines import encoding_of, printable

AROUND: Final = 3
"""Lines shown before and after the one that is asked for."""
DOCUMENT_LINES: Final = 60
"""Lines shown of a document."""
END: Final = "КонецДокумента"
"""The line that ends a document (1CClientBankExchange)."""
MAX_SHOWN: Final = 300
"""Characters shown of a line."""
USUAL_ENCODING: Final = "cp1251"
"""Of the banks' exports: for a file whose encoding nothing tells."""


@dataclass(frozen=True)
class FileLine:
    """A line of the file, counted from 1; `is_meant` is the one that was asked for."""

    number: int
    text: str
    is_meant: bool


async def lines_around(database: Database, statement_id: UUID, meant: int) -> list[FileLine]:
    """The line `meant` with its neighbours."""
    return await _lines(database, statement_id, meant, meant - AROUND, meant + AROUND)


async def document_at(database: Database, statement_id: UUID, meant: int) -> list[FileLine]:
    """The document that begins in the line `meant`, to its end or to `DOCUMENT_LINES`."""
    lines = await _lines(database, statement_id, meant, meant, meant + DOCUMENT_LINES - 1)
    ends = [place for place, one in enumerate(lines) if one.text.startswith(END)]
    return lines[: ends[0] + 1] if ends else lines


async def _lines(
    database: Database, statement_id: UUID, meant: int, first: int, last: int
) -> list[FileLine]:
    """Lines of the file; it is read no further than they are."""
    found: dict[int, bytes] = {}
    number, encoding, rest = 0, "", b""
    async with aclosing(bank_statement.content(database, statement_id)) as pieces:
        async for piece in pieces:
            encoding = encoding or _encoding(piece)
            *whole, rest = (rest + piece).split(b"\n")
            for number, line in enumerate(whole, start=number + 1):  # noqa: B020 - it goes on counting
                if first <= number <= last:
                    found[number] = line
            if number >= last:
                break
        else:
            if rest and first <= number + 1 <= last:
                found[number + 1] = rest
    return list(_shown(found, encoding, meant))


def _shown(found: dict[int, bytes], encoding: str, meant: int) -> Iterator[FileLine]:
    for number, line in found.items():
        text = printable(line.decode(encoding, "replace"))
        yield FileLine(number, text[:MAX_SHOWN], number == meant)


def _encoding(piece: bytes) -> str:
    try:
        return encoding_of(io.BytesIO(piece), StatementLimits())
    except BankFileError:
        return USUAL_ENCODING
