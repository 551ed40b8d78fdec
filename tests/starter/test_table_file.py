"""Tables as files: what a spreadsheet reads, and what it must not run."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from starter.presentation.table_file import FORMULA_STARTS, Cell, FileKind, table_file

MOMENT = datetime(2026, 11, 30, 21, 30, tzinfo=UTC)


def test_csv_is_as_russian_excel_expects_it() -> None:
    row: list[Cell] = [
        "ООО «Ёж»; и сын",
        5,
        Decimal("1234.50"),
        date(2026, 11, 30),
        MOMENT,
        None,
        1.5,
    ]
    content = table_file(FileKind.CSV, "Что это", list("абвгдеж"), [row])
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert lines == [
        ["Что это"],
        list("абвгдеж"),
        ["ООО «Ёж»; и сын", "5", "1234,50", "30.11.2026", "01.12.2026 00:30", "", "1,5"],
    ]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_what_people_typed_is_never_a_formula(start: str) -> None:
    typed = f"{start}cmd|' /C calc'!A0"
    content = table_file(FileKind.CSV, typed, ["а"], [[typed]]).decode("utf-8-sig")
    cells = [cell for line in csv.reader(io.StringIO(content), delimiter=";") for cell in line]
    assert cells[0] == cells[2] == f"'{typed}"
    with zipfile.ZipFile(io.BytesIO(table_file(FileKind.XLSX, typed, ["а"], [[typed]]))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count('t="s"') == 3


def test_sums_and_days_are_numbers_of_the_sheet() -> None:
    row: list[Cell] = [Decimal("1234.50"), date(2026, 11, 30), MOMENT]
    content = table_file(FileKind.XLSX, "Что это", ["а", "б", "в"], [row])
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>1234.50</v>" in sheet
    assert "<v>46356</v>" in sheet
    assert "<v>46357.02083" in sheet
