"""What a document leaves open is told by the bank's totals, or the file is refused."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statements import OUR_ACCOUNT
from domain.banking.bank_statement import PassedOver, PassedOverReason, StatementEntry
from domain.money import amount_text
from gateways.bank_file import BankFileError, BankFileFault
from tests.gateways.statement_files import (
    END,
    HEADER,
    INCOMING,
    OUTGOING,
    PAYER_ACCOUNT,
    SECOND_ACCOUNT,
    WHOLE,
    Values,
    balances,
    document,
    read,
    section,
    written,
)

DOLLARS = "40702840900000000417"
DAY = "13.11.2026"
NO_DAYS: Values = {"ДатаНачала": None, "ДатаКонца": None}
UNPOSTED: Values = {"ДатаСписано": None, "ДатаПоступило": None, "Сумма": "1000"}


def told(said: Values, account: str = OUR_ACCOUNT) -> list[str]:
    """An account section that says all that a test asks for."""
    return section({"РасчСчет": account, **said})


def totals(opening: str, came: str, went: str, closing: str) -> dict[str, str | None]:
    return {
        "НачальныйОстаток": opening,
        "ВсегоПоступило": came,
        "ВсегоСписано": went,
        "КонечныйОстаток": closing,
    }


def moves(entries: Sequence[StatementEntry]) -> list[tuple[str, str, int, date]]:
    """Account, direction, kopecks and day of each."""
    return [(one.account, one.direction.value, one.amount_kopecks, one.day) for one in entries]


POSTED = date(2026, 11, 13)
CREDIT_BY_DEBIT_DAY = document(INCOMING, {**UNPOSTED, "ДатаСписано": DAY})


def test_a_credit_that_carries_only_the_day_of_its_debit_is_an_entry() -> None:
    reading = read(
        written(HEADER, told(totals("0", "1000", "0", "1000")), CREDIT_BY_DEBIT_DAY, END)
    )
    assert moves(reading.entries) == [(OUR_ACCOUNT, "in", 1000_00, POSTED)]
    assert (reading.entry_count, reading.unposted_count, reading.passed_over) == (1, 0, ())


def test_such_a_document_that_no_total_has_is_passed_over_and_shown() -> None:
    reading = read(written(HEADER, told(totals("5", "0", "0", "5")), CREDIT_BY_DEBIT_DAY, END))
    assert reading.entries == []
    (passed,) = reading.passed_over
    assert (passed.reason, passed.count) == (PassedOverReason.NOT_POSTED, 1)


def test_days_that_only_totals_can_tell_are_told_for_each_section_by_itself() -> None:
    days = [
        balances("0", "1000", first="12.11.2026", last="12.11.2026"),
        balances("1000", "1000", first="13.11.2026", last="13.11.2026"),
    ]
    other = document(INCOMING, {**UNPOSTED, "ДатаСписано": "12.11.2026", "Номер": "418"})
    reading = read(written(HEADER, *days, CREDIT_BY_DEBIT_DAY, other, END))
    assert [entry.number for entry in reading.entries] == ["418"]
    assert reading.unposted_count == 1


def test_equal_rows_told_by_totals_keep_their_own_keys() -> None:
    content = written(
        HEADER, told(totals("0", "2000", "0", "2000")), *[CREDIT_BY_DEBIT_DAY] * 2, END
    )
    assert len({entry.key() for entry in read(content).entries}) == 2


TRANSFER: Values = {**UNPOSTED, "Сумма": "91.23", "ПолучательСчет": SECOND_ACCOUNT}
BOTH_HEADER = (*HEADER, f"РасчСчет={SECOND_ACCOUNT}")
COUNTED_BY_BOTH = (
    told(totals("1000", "0", "91.23", "908.77")),
    told(totals("0", "91.23", "0", "91.23"), SECOND_ACCOUNT),
)
TWO_ENTRIES = {
    (OUR_ACCOUNT, "out", 91_23, POSTED),
    (SECOND_ACCOUNT, "in", 91_23, POSTED),
}


@pytest.mark.parametrize("key", ["ДатаСписано", "ДатаПоступило"])
def test_a_transfer_as_one_document_with_one_day_is_two_entries(key: str) -> None:
    reading = read(
        written(BOTH_HEADER, *COUNTED_BY_BOTH, document(OUTGOING, {**TRANSFER, key: DAY}), END)
    )
    assert set(moves(reading.entries)) == TWO_ENTRIES
    assert reading.entry_count == 2
    assert reading.unposted_count == 0


def test_a_transfer_as_two_documents_of_one_day_each_is_two_entries() -> None:
    blocks = [
        document(OUTGOING, {**TRANSFER, key: DAY}) for key in ("ДатаСписано", "ДатаПоступило")
    ]
    reading = read(written(BOTH_HEADER, *COUNTED_BY_BOTH, *blocks, END))
    assert set(moves(reading.entries)) == TWO_ENTRIES
    assert reading.entry_count == 2


ONE_ACCOUNT: Values = {"ПолучательСчет": OUR_ACCOUNT, "Сумма": "500.00"}


@pytest.mark.parametrize("days", [{}, {"ДатаПоступило": "03.11.2026"}])
@pytest.mark.parametrize(
    ("came", "went", "closing", "directions"),
    [
        ("0", "500", "500", ["out"]),
        ("500", "0", "1500", ["in"]),
        ("500", "500", "1000", ["out", "in"]),
    ],
)
def test_our_account_on_both_sides_is_what_the_totals_say(
    came: str, went: str, closing: str, directions: list[str], days: Values
) -> None:
    block = document(OUTGOING, {**ONE_ACCOUNT, **days})
    reading = read(written(HEADER, told(totals("1000", came, went, closing)), block, END))
    assert [entry.direction.value for entry in reading.entries] == directions


def test_a_sum_of_nothing_is_passed_over_and_shown() -> None:
    block = document(INCOMING, {"Сумма": "0.00"})
    reading = read(written(*WHOLE[:2], block, *WHOLE[2:]))
    assert [entry.amount_kopecks for entry in reading.entries] == [100_00, 30_00]
    line = len(HEADER) + len(section()) + 1
    assert reading.passed_over == (PassedOver(PassedOverReason.ZERO_AMOUNT, 1, line),)
    assert reading.unposted_count == 0


@pytest.mark.parametrize(
    "idle",
    [
        {},
        {"ВсегоПоступило": "0", "ВсегоСписано": "0.00"},
        {"КонечныйОстаток": None},
        {"НачальныйОстаток": None, "КонечныйОстаток": None},
    ],
)
def test_a_section_without_days_where_nothing_moved_is_left_aside_and_shown(
    idle: dict[str, str | None],
) -> None:
    header = (*HEADER[:4], f"РасчСчет={OUR_ACCOUNT}", f"РасчСчет={SECOND_ACCOUNT}")
    quiet = told({**totals("7", "", "", "7"), **NO_DAYS, **idle}, SECOND_ACCOUNT)
    reading = read(written(header, section(), quiet, *WHOLE[2:]))
    assert reading.entry_count == 2
    assert [account.account for account in reading.accounts] == [OUR_ACCOUNT]
    (passed,) = reading.passed_over
    assert (passed.reason, passed.detail) == (
        PassedOverReason.NOTHING_MOVED,
        f"…{SECOND_ACCOUNT[-4:]}",
    )


def test_a_file_in_which_nothing_moved_at_all_needs_no_days() -> None:
    reading = read(written(HEADER[:4], told({**totals("7", "0", "0", "7"), **NO_DAYS}), END))
    assert (reading.entries, reading.accounts, len(reading.passed_over)) == ([], (), 1)


@pytest.mark.parametrize(
    "written_day", ["13.11.2026 00:00:00", "13.11.2026 23:59", "13.11.2026  07:05:01"]
)
def test_a_day_may_carry_a_time(written_day: str) -> None:
    block = document(INCOMING, {"ДатаПоступило": written_day})
    (entry,) = read(written(HEADER, balances("0", "100"), block, END)).entries
    assert entry.day == POSTED


@pytest.mark.parametrize("wrong", ["13.11.2026 24:00", "13.11.2026 7:05", "13.11.2026 00:00:00:00"])
def test_a_time_that_never_was_is_refused(wrong: str) -> None:
    with pytest.raises(BankFileError) as caught:
        read(
            written(HEADER, balances("0", "100"), document(INCOMING, {"ДатаПоступило": wrong}), END)
        )
    assert caught.value.code == BankFileFault.DATE.value


@pytest.mark.parametrize("end", [["КонецВыписки"], ["КонецВыписки", "", "КонецФайла"]])
def test_another_last_line_ends_a_file_whose_totals_prove_it_whole(end: list[str]) -> None:
    assert read(written(*WHOLE[:-1], end)).entry_count == 2


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ((*WHOLE[:3], ["КонецВыписки"]), BankFileFault.TOTALS),
        ((*WHOLE[:-1], ["КонецВыписки", "КонецВыписки"]), BankFileFault.CONTINUES),
        ((*WHOLE[:-1], ["КонецВыписки"], *WHOLE), BankFileFault.CONTINUES),
        ((*WHOLE[:3], document(OUTGOING)[:-1], ["КонецВыписки"]), BankFileFault.SECTION_OPEN),
    ],
)
def test_that_last_line_ends_nothing_that_is_not_whole(
    blocks: Sequence[list[str]], fault: BankFileFault
) -> None:
    with pytest.raises(BankFileError) as caught:
        read(written(*blocks))
    assert caught.value.code == fault.value


def test_an_opening_balance_alone_is_proved_by_the_next_day_s() -> None:
    days = [
        balances("1000", "", first="02.11.2026", last="02.11.2026"),
        balances("1000", "", first="03.11.2026", last="03.11.2026"),
        balances("1070", "1070", first="04.11.2026", last="04.11.2026"),
    ]
    reading = read(written(HEADER, *days, *WHOLE[2:]))
    assert [one.closing_kopecks for one in reading.accounts] == [1000_00, 1070_00, 1070_00]
    assert reading.entry_count == 2


def test_an_opening_balance_that_the_next_day_s_does_not_bear_out_is_refused() -> None:
    days = [
        balances("1000", "", first="03.11.2026", last="03.11.2026"),
        balances("1070.01", "1070.01", first="04.11.2026", last="04.11.2026"),
    ]
    with pytest.raises(BankFileError) as caught:
        read(written(HEADER, *days, *WHOLE[2:]))
    assert caught.value.code == BankFileFault.BALANCE.value


def test_a_section_in_another_currency_is_left_aside_and_shown() -> None:
    header = (*HEADER, f"РасчСчет={DOLLARS}")
    dollars = told(totals("1", "2", "3", "4"), DOLLARS)
    foreign = document(INCOMING, {"ПолучательСчет": DOLLARS})
    reading = read(
        written(header, section(), dollars, foreign, *WHOLE[2:]), our_accounts=[OUR_ACCOUNT]
    )
    assert reading.entry_count == 2
    assert [account.account for account in reading.accounts] == [OUR_ACCOUNT]
    assert [(one.reason, one.count, one.detail) for one in reading.passed_over] == [
        (PassedOverReason.FOREIGN_CURRENCY, 1, "…0417"),
        (PassedOverReason.NOT_POSTED, 1, ""),
    ]


def test_an_entry_of_today_is_no_entry_of_tomorrow() -> None:
    content = written(*WHOLE)
    assert read(content, today=date(2026, 11, 3)).entry_count == 2
    with pytest.raises(BankFileError) as caught:
        read(content, today=date(2026, 11, 2))
    assert (caught.value.code, caught.value.detail) == ("bank_file_day_ahead", "03.11.2026")


SHAPES: dict[str, Values] = {
    "in": {"ДатаПоступило": DAY},
    "in by the debit's day": {"ДатаСписано": DAY},
    "waiting": {},
    "own": {"ПлательщикСчет": SECOND_ACCOUNT, "ДатаСписано": DAY},
    "loan": {"ПлательщикСчет": OUR_ACCOUNT, "ДатаСписано": DAY},
    "out": {"ПлательщикСчет": OUR_ACCOUNT, "ПолучательСчет": PAYER_ACCOUNT, "ДатаСписано": DAY},
}


@settings(deadline=None)
@given(
    shapes=st.lists(
        st.tuples(st.sampled_from(sorted(SHAPES)), st.integers(1, 9)), min_size=1, max_size=6
    ),
    came=st.integers(0, 40),
    went=st.integers(0, 40),
)
def test_whatever_is_left_open_the_entries_are_the_totals_or_the_file_is_refused(
    shapes: list[tuple[str, int]], came: int, went: int
) -> None:
    closing = amount_text((100 + came - went) * 100)
    blocks = [
        document(INCOMING, {**UNPOSTED, **SHAPES[shape], "Сумма": str(roubles)})
        for shape, roubles in shapes
    ]
    sides = told(totals("100", str(came), str(went), closing))
    try:
        found = read(written(HEADER, sides, *blocks, END)).entries
    except BankFileError:
        return
    sums = {"in": 0, "out": 0}
    for _, direction, kopecks, _ in moves(found):
        sums[direction] += kopecks
    assert sums == {"in": came * 100, "out": went * 100}
