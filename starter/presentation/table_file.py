"""Tables as files that spreadsheets open: CSV as Russian Excel expects it, and XLSX."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import xlsxwriter

from domain.calendar.bank_calendar import MOSCOW

Cell = str | int | float | Decimal | date | datetime | None

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheets take for the beginning of a formula: text that begins so gets an apostrophe."""
MIN_WIDTH = 10
MAX_WIDTH = 60
"""Characters of a column in XLSX."""


class FileKind(StrEnum):
    """The kind of a file, which is its ending too."""

    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """What an answer says that it is."""
        return {
            FileKind.CSV: "text/csv; charset=utf-8",
            FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self]


def table_file(
    kind: FileKind, head: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> bytes:
    """A table as a file. `head` is its first line: what it lists, by which filter, as of when.

    Sums are `Decimal` roubles, moments become Moscow time.
    """
    return (_csv if kind is FileKind.CSV else _xlsx)(head, columns, rows)


def _csv(head: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(head)])
    writer.writerow(columns)
    writer.writerows([_as_text(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig")


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.astimezone(MOSCOW):%d.%m.%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, str):
        return _harmless(cell)
    return str(cell).replace(".", ",")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _xlsx(head: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {
            Decimal: book.add_format({"num_format": "#,##0.00"}),
            datetime: book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
            date: book.add_format({"num_format": "dd.mm.yyyy"}),
        }
        sheet.write_string(0, 0, head, bold)
        sheet.write_row(1, 0, columns, bold)
        sheet.freeze_panes(2, 0)
        widths = [len(one) for one in columns]
        for number, row in enumerate(rows, start=2):
            for place, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, place, _plain(cell), formats.get(type(cell)))
                    widths[place] = max(widths[place], len(_as_text(cell)))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, min(max(width, MIN_WIDTH), MAX_WIDTH))
    return written.getvalue()


def _plain(cell: Cell) -> Cell:
    """XLSX knows no zones: Moscow time without one."""
    return cell.astimezone(MOSCOW).replace(tzinfo=None) if isinstance(cell, datetime) else cell
