"""A bank statement is read as it was meant, however the bank spells it."""

import io
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import client_bank_1c
import pytest

from bench.statements import (
    OUR_ACCOUNT,
    StatementStyle,
    make_statement,
    movements,
)
from gateways.bank_file import EntryDirection, StatementEntry, StatementReading
from tests.gateways.statement_files import (
    END,
    HEADER,
    INCOMING,
    OUTGOING,
    PAYER_ACCOUNT,
    PAYER_BIC,
    SECOND_ACCOUNT,
    WHOLE,
    balances,
    document,
    read,
    section,
    written,
)

SHORT = ("Номер", "ДатаПоступило", "ПолучательСчет")
"""The least that a document needs, beside its sum, to be an entry."""
MOST_OBJECTS_HELD = 5_000
"""Half an object for each of 10,000 entries, and a twentieth for each of 100,000."""


def entries(content: bytes) -> list[StatementEntry]:
    return read(content).entries


def test_an_entry_says_what_the_bank_said() -> None:
    reading = read(written(*WHOLE))
    assert reading.entries == [
        StatementEntry(
            account=OUR_ACCOUNT,
            direction=EntryDirection.IN,
            day=date(2026, 11, 3),
            number="417",
            amount_kopecks=100_00,
            counterparty_name="ООО «Ромашка»",
            counterparty_inn="7701234560",
            counterparty_account=PAYER_ACCOUNT,
            counterparty_bic=PAYER_BIC,
            purpose="Оплата по счёту № 2026-00417",
            line=len(HEADER) + len(section()) + 1,
        ),
        StatementEntry(
            account=OUR_ACCOUNT,
            direction=EntryDirection.OUT,
            day=date(2026, 11, 3),
            number="12",
            amount_kopecks=30_00,
            counterparty_name="Ёлкин Пётр",
            counterparty_inn=None,
            counterparty_account=PAYER_ACCOUNT,
            counterparty_bic=PAYER_BIC,
            purpose="Возврат по заявке refund-1",
            line=len(HEADER) + len(section()) + len(document()) + 1,
        ),
    ]
    (account,) = reading.accounts
    assert (account.account, account.first_day, account.last_day) == (
        OUR_ACCOUNT,
        date(2026, 11, 1),
        date(2026, 11, 30),
    )
    assert (account.opening_kopecks, account.closing_kopecks) == (1000_00, 1070_00)
    assert (account.credited_kopecks, account.debited_kopecks) == (100_00, 30_00)
    assert reading.entry_count == 2
    assert reading.unposted_count == 0


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("said", ["Windows", "DOS", "UTF-8", ""])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r\r\n"])
def test_the_keys_spelling_tells_the_encoding_whatever_the_header_says(
    encoding: str, said: str, line_end: str
) -> None:
    # «», — and № are not in cp866: a DOS file has plain quotes.
    plain = {"Плательщик1": 'ООО "Ёлка"', "НазначениеПлатежа": "Оплата счёта 2026-00417"}
    header = [line if "Кодировка" not in line else f"Кодировка={said}" for line in HEADER]
    blocks = (header, balances("0", "100"), document(INCOMING, {**plain, "Плательщик": None}), END)
    (entry,) = entries(written(*blocks, encoding=encoding, line_end=line_end))
    assert (entry.counterparty_name, entry.purpose) == tuple(plain.values())


def test_mixed_line_ends_blank_lines_and_a_dos_end_mark_are_no_damage() -> None:
    content = written(*WHOLE).replace(b"\r\n", b"\n", 9).replace(b"\r\n", b"\r\n \r\n\n")
    assert [entry.number for entry in entries(content + b"\x1a")] == ["417", "12"]
    assert [entry.number for entry in entries(content.rstrip())] == ["417", "12"]


def test_keys_we_do_not_know_and_broken_letters_are_passed_over() -> None:
    block = document(INCOMING, {"КодНУН": "1=2=3", "Плательщик1": "ООО \x98", "Новое": ""})
    content = written(HEADER, balances("0", "100"), block, END, encoding="utf-8")
    entry = entries(content.replace("\x98".encode(), b"\x98"))[0]
    assert entry.counterparty_name == "ООО \ufffd"
    assert entry.amount_kopecks == 100_00


@pytest.mark.parametrize(
    ("text", "kopecks"),
    [
        ("100.00", 100_00),
        ("100,00", 100_00),
        ("100", 100_00),
        ("100.5", 100_50),
        ("0,01", 1),
        ("00100.07", 100_07),
        ("1 234 567,89", 1_234_567_89),
        ("1\u00a0234.10", 1_234_10),
        ("1'234.10", 1_234_10),
        ("999999999999.99", 99_999_999_999_999),
    ],
)
def test_a_sum_is_whole_kopecks_with_comma_dot_or_spaces(text: str, kopecks: int) -> None:
    told = f"{kopecks // 100}.{kopecks % 100:02d}"
    totals = {"ВсегоПоступило": text, "ВсегоСписано": "", "КонечныйОстаток": told}
    one = section({"НачальныйОстаток": "0,00", **totals})
    (entry,) = entries(written(HEADER, one, document(INCOMING, {"Сумма": text}), END))
    assert entry.amount_kopecks == kopecks


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"Плательщик1": None}, "counterparty_name", "ООО «Ромашка»"),
        (
            {"Плательщик1": None, "Плательщик": "ИНН 7701234560/770101001 АО Щит"},
            "counterparty_name",
            "АО Щит",
        ),
        ({"Плательщик1": None, "Плательщик": "Инна ИНН"}, "counterparty_name", "Инна ИНН"),
        ({"Плательщик1": None, "Плательщик": None}, "counterparty_name", ""),
        ({"Плательщик1": None, "ПлательщикИНН": None}, "counterparty_inn", "7701234560"),
        ({"ПлательщикИНН": "0", "Плательщик1": "Ким"}, "counterparty_inn", None),
        ({"ПлательщикИНН": "000000000000"}, "counterparty_inn", None),
        ({"ПлательщикСчет": None}, "counterparty_account", None),
        (
            {"ПлательщикСчет": "", "ПлательщикРасчСчет": PAYER_ACCOUNT},
            "counterparty_account",
            PAYER_ACCOUNT,
        ),
        (
            {"ПолучательСчет": PAYER_ACCOUNT, "ПолучательРасчСчет": OUR_ACCOUNT},
            "account",
            OUR_ACCOUNT,
        ),
        ({"ПлательщикБИК": ""}, "counterparty_bic", None),
        ({"Номер": None}, "number", ""),
        ({"НазначениеПлатежа": "а = б = в"}, "purpose", "а = б = в"),
        ({"НазначениеПлатежа": "табуляция\tи\u200bневидимое"}, "purpose", "табуляция и невидимое"),
        ({"НазначениеПлатежа": None}, "purpose", ""),
        (
            {
                "НазначениеПлатежа": "",
                "НазначениеПлатежа1": "Оплата",
                "НазначениеПлатежа2": "",
                "НазначениеПлатежа3": "по счёту",
                "НазначениеПлатежа6": "7",
            },
            "purpose",
            "Оплата по счёту 7",
        ),
        ({"НазначениеПлатежа": "вся", "НазначениеПлатежа1": "часть"}, "purpose", "вся"),
        ({"ДатаСписано": "02.11.2026"}, "direction", EntryDirection.IN),
    ],
)
def test_what_banks_leave_out_or_write_elsewhere_is_found(
    changes: dict[str, str | None], field: str, value: object
) -> None:
    block = document(INCOMING, {"Сумма": "100.00", **changes})
    content = written(HEADER, balances("0", "100"), block, END, encoding="utf-8")
    (entry,) = entries(content)
    assert getattr(entry, field) == value


LONG = (
    "Оплата по счёту № KP-2026-000014 от 05.11.2026 за тариф «Стандарт» на год по договору"
    " 15/24 от 01.10.2026, в том числе НДС 22 % 180,33"
)


def cut(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


@pytest.mark.parametrize("width", [25, 27, 29, 31, 35, 40, 60])
def test_a_purpose_that_is_cut_inside_words_is_whole_again(width: int) -> None:
    assert purpose_of(cut(LONG, width)) == LONG


@pytest.mark.parametrize("start", range(4))
def test_two_lines_of_the_form_s_own_width_are_cut_inside_a_word(start: int) -> None:
    lines = cut(LONG[start : start + 50], 35)
    assert purpose_of(lines) == LONG[start : start + 50].strip()


@pytest.mark.parametrize("width", [28, 33, 36, 50, 70])
def test_a_purpose_that_is_wrapped_between_words_keeps_them_apart(width: int) -> None:
    assert purpose_of(textwrap.wrap(LONG, width)) == LONG


def purpose_of(lines: list[str]) -> str:
    parts = {f"НазначениеПлатежа{part}": line for part, line in enumerate(lines, 1)}
    block = document(INCOMING, {"НазначениеПлатежа": "", "Сумма": "100.00", **parts})
    (entry,) = entries(written(HEADER, balances("0", "100"), block, END))
    return entry.purpose


def test_a_purpose_that_a_payer_broke_in_two_is_whole_again() -> None:
    block = document(INCOMING)
    block[-1:-1] = ["по договору 5", "от 1 мая", "Новое=1", "не наше"]
    (entry,) = entries(written(HEADER, balances("0", "100"), block, END))
    assert entry.purpose == "Оплата по счёту № 2026-00417 по договору 5 от 1 мая"


def test_the_same_key_with_the_same_value_or_an_empty_one_is_no_damage() -> None:
    block = document(INCOMING)
    block[-1:-1] = ["Сумма=100.00", "Сумма =100.00 ", "ДатаПоступило=", "ДатаСписано="]
    block[1:1] = ["Сумма="]
    (entry,) = entries(written(HEADER, balances("0", "100"), block, END))
    assert (entry.amount_kopecks, entry.day) == (100_00, date(2026, 11, 3))


@pytest.mark.parametrize(
    "waiting",
    [
        document(OUTGOING, {"ДатаСписано": None}),
        document(INCOMING, {"ДатаПоступило": ""}),
        document(INCOMING, {"ПолучательСчет": SECOND_ACCOUNT}),
        document(OUTGOING, {"ДатаСписано": "", "ДатаПоступило": "03.11.2026"}),
    ],
)
def test_what_is_not_posted_on_an_account_of_the_file_is_no_entry(waiting: list[str]) -> None:
    reading = read(written(HEADER, balances("5", "5"), waiting, END))
    assert reading.entries == []
    assert (reading.entry_count, reading.unposted_count) == (0, 1)


def test_a_transfer_between_two_of_our_accounts_is_two_entries() -> None:
    header = (*HEADER, f"РасчСчет={SECOND_ACCOUNT}")
    both = {"ПолучательСчет": SECOND_ACCOUNT, "ДатаПоступило": "04.11.2026"}
    second = section(
        {
            "РасчСчет": SECOND_ACCOUNT,
            "НачальныйОстаток": "-10",
            "КонечныйОстаток": "20,00",
            "ВсегоПоступило": None,
            "ВсегоСписано": None,
        }
    )
    blocks = (header, balances("100", "70"), second, document(OUTGOING, both), END)
    out, into = entries(written(*blocks))
    assert (out.account, out.direction, out.day) == (
        OUR_ACCOUNT,
        EntryDirection.OUT,
        date(2026, 11, 3),
    )
    assert (into.account, into.direction, into.day) == (
        SECOND_ACCOUNT,
        EntryDirection.IN,
        date(2026, 11, 4),
    )
    assert (out.counterparty_account, into.counterparty_account) == (SECOND_ACCOUNT, OUR_ACCOUNT)
    assert out.line == into.line
    assert out.key() != into.key()


def test_a_section_per_day_proves_each_day_by_itself() -> None:
    days = [
        balances("0", "100", first="02.11.2026", last="02.11.2026"),
        balances("100", "300", first="03.11.2026", last="03.11.2026"),
        balances("500", "500", first="10.11.2026", last="10.11.2026"),
    ]
    blocks = [document(INCOMING, {"ДатаПоступило": f"0{day}.11.2026"}) for day in (3, 2, 3)]
    reading = read(written(HEADER, *reversed(days), *blocks, END))
    assert [one.closing_kopecks for one in reading.accounts] == [500_00, 300_00, 100_00]
    assert [entry.day.day for entry in reading.entries] == [3, 2, 3]


@pytest.mark.parametrize(
    "blocks",
    [
        pytest.param((HEADER[:-1], section(), *WHOLE[2:]), id="no account in the header"),
        pytest.param((HEADER, *WHOLE[2:4], section(), END), id="sections after the documents"),
        pytest.param((HEADER, section({"КонечныйОстаток": None}), *WHOLE[2:]), id="no closing"),
        pytest.param(
            (HEADER, section({"ВсегоПоступило": None, "ВсегоСписано": None}), *WHOLE[2:]),
            id="no totals",
        ),
        pytest.param(
            (HEADER, section({"ДатаНачала": None, "ДатаКонца": ""}), *WHOLE[2:]),
            id="no period but the file's",
        ),
        pytest.param(((*HEADER, f"РасчСчет={SECOND_ACCOUNT}"), *WHOLE[1:]), id="an idle account"),
        pytest.param((HEADER[:1], section(), *WHOLE[2:]), id="no header at all"),
    ],
)
def test_what_the_format_allows_to_be_missing_is_not_missed(blocks: Sequence[list[str]]) -> None:
    reading = read(written(*blocks))
    assert reading.entry_count == 2
    assert reading.accounts[0].closing_kopecks == 1070_00


def test_two_equal_payments_in_a_file_are_two_and_the_same_file_twice_changes_nothing() -> None:
    content = written(HEADER, balances("0", "300"), *[document()] * 3, END)
    keys = [entry.key() for entry in entries(content)]
    assert [entry.ordinal for entry in entries(content)] == [0, 1, 2]
    assert len(set(keys)) == 3
    assert [entry.key() for entry in entries(content)] == keys


def test_files_of_overlapping_periods_give_an_entry_the_same_key() -> None:
    def day(number: int) -> list[str]:
        return document(INCOMING, {"ДатаПоступило": f"{number:02d}.11.2026"})

    first = entries(written(HEADER, balances("0", "300"), day(2), day(3), day(3), END))
    second = entries(written(HEADER, balances("0", "300"), day(3), day(3), day(4), END))
    assert {entry.key() for entry in first} & {entry.key() for entry in second} == {
        entry.key() for entry in first if entry.day == date(2026, 11, 3)
    }
    assert len({entry.key() for entry in (*first, *second)}) == 4


@pytest.mark.parametrize(
    "style",
    [
        StatementStyle(),
        StatementStyle(encoding="cp866", encoding_word="DOS", comma=True),
        StatementStyle(encoding="utf-8", line_end="\n", bom=True, comma=True),
    ],
)
def test_a_believable_statement_is_read_to_the_last_kopeck(style: StatementStyle) -> None:
    reading = read(make_statement(400, seed=5, style=style), our_accounts=[OUR_ACCOUNT])
    made = list(movements(400, seed=5))
    assert [
        (entry.number, entry.day, entry.amount_kopecks, entry.direction is EntryDirection.IN)
        for entry in reading.entries
    ] == [(str(one.number), one.day, one.kopecks, one.incoming) for one in made]
    assert [entry.counterparty_inn for entry in reading.entries] == [one.party.inn for one in made]
    assert len({entry.key() for entry in reading.entries}) == 400


def test_an_independent_reader_finds_the_same() -> None:
    content = make_statement(300, seed=8)
    theirs = client_bank_1c.load(content.replace(b"\r\n", b"\n")).documents
    ours = entries(content)
    assert len(ours) == len(theirs)
    for entry, other in zip(ours, theirs, strict=True):
        payer = "Плательщик" if entry.direction is EntryDirection.IN else "Получатель"
        assert entry.amount_kopecks == other["Сумма"] * 100
        assert entry.day == (other["ДатаПоступило"] or other["ДатаСписано"])
        assert entry.number == other["Номер"]
        assert entry.counterparty_name == other[f"{payer}1"]
        assert entry.counterparty_account == other[f"{payer}Счет"]
        assert entry.counterparty_bic == other[f"{payer}БИК"]
        assert entry.purpose == other["НазначениеПлатежа"]


class _Watched(io.BufferedReader):
    """A file that looks, whenever it is read from, how many objects are alive."""

    most_alive = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.most_alive = max(self.most_alive, sys.getallocatedblocks())
        return super().read(size)


def _objects_held(path: Path, count: int) -> int:
    """The most objects that a whole reading of so many short documents keeps at a time."""
    with path.open("wb") as target:
        target.write(written(HEADER, balances("0", str(count))))
        short = written(document({**{key: INCOMING[key] for key in SHORT}, "Сумма": "1"}))
        target.writelines(short.replace(b"417", b"%d" % number, 1) for number in range(count))
        target.write(written(END))
    with _Watched(path.open("rb", buffering=0)) as stream:
        before = sys.getallocatedblocks()
        numbers = (int(entry.number) for entry in StatementReading(stream).entries())
        assert sum(numbers) == count * (count - 1) // 2
        return stream.most_alive - before


def test_no_entry_is_held_however_many_there_are(tmp_path: Path) -> None:
    for count in (10_000, 100_000):
        assert _objects_held(tmp_path / "statement.txt", count) < MOST_OBJECTS_HELD


def test_a_spooled_upload_is_read_where_it_lies() -> None:
    with tempfile.SpooledTemporaryFile(max_size=1024) as upload:
        upload.write(make_statement(50, seed=2))
        assert len(list(StatementReading(upload).entries())) == 50


@pytest.mark.parametrize("show", [repr, str])
def test_nothing_personal_is_shown_when_an_entry_is_logged(show: Callable[[object], str]) -> None:
    reading = read(written(*WHOLE))
    shown = show([*reading.entries, *reading.accounts])
    assert OUR_ACCOUNT not in shown
    assert "Ромашка" not in shown
    assert "7701234560" not in shown
