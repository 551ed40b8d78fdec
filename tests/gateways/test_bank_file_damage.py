"""A damaged bank statement is refused whole, with the line and the reason."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.statements import OUR_ACCOUNT, make_statement
from gateways.bank_file import BankFileError, BankFileFault, StatementLimits
from tests.gateways.statement_files import (
    END,
    HEADER,
    INCOMING,
    OUTGOING,
    PAYER_ACCOUNT,
    SECOND_ACCOUNT,
    WHOLE,
    balances,
    document,
    read,
    section,
    written,
)

F = BankFileFault
SECTION_LINE = len(HEADER) + 1
DOCUMENT_LINE = SECTION_LINE + len(section())
SECOND_LINE = DOCUMENT_LINE + len(document())
END_LINE = SECOND_LINE + len(document(OUTGOING))

TODAY = date(2026, 12, 31)
"""Later than all days of these files but one."""

Blocks = Sequence[Sequence[str]]


def with_section(**changes: str | None) -> Blocks:
    return (HEADER, section(changes), *WHOLE[2:])


def with_document(**changes: str | None) -> Blocks:
    return (HEADER, section(), document(INCOMING, changes), *WHOLE[3:])


def refusal(content: bytes, limits: StatementLimits | None = None) -> BankFileError:
    with pytest.raises(BankFileError) as caught:
        read(content, limits, today=TODAY)
    return caught.value


DAMAGED: dict[str, tuple[Blocks, BankFileFault, int | None, str]] = {
    "another format": ((["<?xml?>"], *WHOLE[1:]), F.SIGNATURE, 1, "1CClientBankExchange"),
    "the signature alone": ((HEADER[:1],), F.ENCODING, None, ""),
    "no key we know": ((HEADER[:1], ["Ключ=1"], ["Конец"]), F.ENCODING, None, ""),
    "no end": (WHOLE[:-1], F.CUT, END_LINE - 1, "КонецФайла"),
    "cut in a document": (
        (*WHOLE[:3], document(OUTGOING)[:-1]),
        F.SECTION_OPEN,
        SECOND_LINE,
        "СекцияДокумент",
    ),
    "cut in an account section": (
        (HEADER, section()[:3]),
        F.SECTION_OPEN,
        SECTION_LINE,
        "СекцияРасчСчет",
    ),
    "an end inside a document": (
        (HEADER, section(), document()[:-1], END),
        F.SECTION_OPEN,
        DOCUMENT_LINE,
        "СекцияДокумент",
    ),
    "a document inside a document": (
        (HEADER, section(), document()[:-1], document(OUTGOING), END),
        F.SECTION_OPEN,
        DOCUMENT_LINE,
        "СекцияДокумент",
    ),
    "the wrong end of a section": (
        (HEADER, section()[:-1], ["КонецДокумента"], END),
        F.SECTION_OPEN,
        SECTION_LINE,
        "СекцияРасчСчет",
    ),
    "an end of nothing": (
        (HEADER, ["КонецДокумента"], section(), END),
        F.SECTION_END,
        SECTION_LINE,
        "КонецДокумента",
    ),
    "a section ended twice": (
        (HEADER, section(), ["КонецРасчСчет"], END),
        F.SECTION_END,
        DOCUMENT_LINE,
        "КонецРасчСчет",
    ),
    "two files in one": ((*WHOLE, *WHOLE), F.CONTINUES, END_LINE + 1, "КонецФайла"),
    "no account section": ((HEADER, document(), END), F.NO_BALANCES, None, "СекцияРасчСчет"),
    "a section without its account": (
        with_section(РасчСчет=None),
        F.KEY_MISSING,
        SECTION_LINE,
        "РасчСчет",
    ),
    "no opening balance": (
        with_section(НачальныйОстаток=None),
        F.NO_BALANCES,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: НачальныйОстаток",
    ),
    "neither closing balance nor totals": (
        with_section(КонечныйОстаток=None, ВсегоСписано=None),
        F.NO_BALANCES,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: КонечныйОстаток, ВсегоСписано",
    ),
    "an opening balance and nothing else": (
        with_section(КонечныйОстаток=None, ВсегоСписано=None, ВсегоПоступило=None),
        F.NO_BALANCES,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: КонечныйОстаток, ВсегоПоступило, ВсегоСписано",
    ),
    "a last day with an opening balance and nothing else": (
        (
            HEADER,
            balances("1000", "", first="02.11.2026", last="02.11.2026"),
            balances("1000", "", first="03.11.2026", last="03.11.2026"),
            *WHOLE[2:],
        ),
        F.NO_BALANCES,
        SECTION_LINE + 7,
        f"…{OUR_ACCOUNT[-4:]}: КонечныйОстаток, ВсегоПоступило, ВсегоСписано",
    ),
    "an entry of an account that has no days": (
        (
            HEADER[:4],
            section(
                {
                    "ДатаНачала": None,
                    "ДатаКонца": None,
                    "ВсегоПоступило": "0",
                    "ВсегоСписано": "0",
                    "КонечныйОстаток": "1000.00",
                }
            ),
            *WHOLE[2:],
        ),
        F.ENTRY_UNCHECKED,
        DOCUMENT_LINE - 5,
        f"…{OUR_ACCOUNT[-4:]} 03.11.2026",
    ),
    "a period turned round": (
        with_section(ДатаНачала="02.12.2026"),
        F.PERIOD,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}",
    ),
    "no period anywhere": (
        (HEADER[:4], section({"ДатаНачала": None}), *WHOLE[2:]),
        F.PERIOD,
        SECTION_LINE - 3,
        f"…{OUR_ACCOUNT[-4:]}",
    ),
    "an account in dollars instead of ours": (
        with_section(РасчСчет="40702840000000000417"),
        F.ENTRY_UNCHECKED,
        DOCUMENT_LINE,
        f"…{OUR_ACCOUNT[-4:]} 03.11.2026",
    ),
    "an account in dollars alone": (
        (HEADER[:-1], section({"РасчСчет": "40702840000000000417"}), *WHOLE[2:]),
        F.ACCOUNT,
        SECTION_LINE - 1,
        "…0417",
    ),
    "an account that is none": (
        ((*HEADER, "РасчСчет=417"), *WHOLE[1:]),
        F.ACCOUNT,
        1,
        "…417",
    ),
    "an account named after the documents": (
        (*WHOLE[:4], section({"РасчСчет": SECOND_ACCOUNT}), END),
        F.ACCOUNT_LATE,
        END_LINE,
        f"…{SECOND_ACCOUNT[-4:]}",
    ),
    "a document without a sum": (
        with_document(Сумма=None),
        F.KEY_MISSING,
        DOCUMENT_LINE,
        "Сумма",
    ),
    "a sum of nothing where the bank's total has one": (
        with_document(Сумма="0.00"),
        F.TOTALS,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: ВсегоПоступило 100.00 ≠ 0.00",
    ),
    "a sum below zero": (with_document(Сумма="-100"), F.AMOUNT, DOCUMENT_LINE + 3, "Сумма"),
    "a sum with three decimals": (
        with_document(Сумма="100.000"),
        F.AMOUNT,
        DOCUMENT_LINE + 3,
        "Сумма",
    ),
    "a sum with a letter for a figure": (
        with_document(Сумма="1О0.00"),
        F.AMOUNT,
        DOCUMENT_LINE + 3,
        "Сумма",
    ),
    "a sum with an exponent": (with_document(Сумма="1e2"), F.AMOUNT, DOCUMENT_LINE + 3, "Сумма"),
    "a sum beyond all money": (
        with_document(Сумма="1000000000000"),
        F.AMOUNT,
        DOCUMENT_LINE + 3,
        "Сумма",
    ),
    "an unposted document without a sum": (
        with_document(Сумма="", ДатаПоступило=None),
        F.KEY_MISSING,
        DOCUMENT_LINE,
        "Сумма",
    ),
    "a balance that is no sum": (
        with_section(НачальныйОстаток="1.000,00"),
        F.AMOUNT,
        SECTION_LINE + 4,
        "НачальныйОстаток",
    ),
    "a day that never was": (
        with_document(ДатаПоступило="31.11.2026"),
        F.DATE,
        DOCUMENT_LINE + 4,
        "ДатаПоступило",
    ),
    "a day in another order": (
        with_document(ДатаПоступило="2026-11-03"),
        F.DATE,
        DOCUMENT_LINE + 4,
        "ДатаПоступило",
    ),
    "a section's day that never was": (
        with_section(ДатаНачала="00.11.2026"),
        F.DATE,
        SECTION_LINE + 1,
        "ДатаНачала",
    ),
    "two sums in one document": (
        (HEADER, section(), [*document()[:-1], "Сумма=99.00", "КонецДокумента"], END),
        F.KEY_REPEATED,
        SECOND_LINE - 1,
        "Сумма",
    ),
    "two opening balances": (
        (HEADER, [*section()[:-1], "НачальныйОстаток=1", "КонецРасчСчет"], *WHOLE[2:]),
        F.KEY_REPEATED,
        DOCUMENT_LINE - 1,
        "НачальныйОстаток",
    ),
    "entries that are not the bank's total": (
        with_section(ВсегоПоступило="100.01"),
        F.TOTALS,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: ВсегоПоступило 100.01 ≠ 100.00",
    ),
    "an entry that the bank's total has not": (
        with_section(ВсегоСписано="0"),
        F.DOCUMENT_EXTRA,
        SECOND_LINE,
        f"…{OUR_ACCOUNT[-4:]}: ВсегоСписано 0.00 ≠ 30.00; № 12, 30.00",
    ),
    "a total that is passed at the second document": (
        (HEADER, section({"ВсегоПоступило": "150"}), document(), document(), *WHOLE[3:]),
        F.DOCUMENT_EXTRA,
        SECOND_LINE,
        f"…{OUR_ACCOUNT[-4:]}: ВсегоПоступило 150.00 ≠ 200.00; № 417, 100.00",
    ),
    "a document without its day, whose sum the total has": (
        with_document(ДатаПоступило=None),
        F.DOCUMENT_UNDATED,
        DOCUMENT_LINE,
        f"…{OUR_ACCOUNT[-4:]}: ВсегоПоступило 100.00 ≠ 0.00; № 417, 100.00, ДатаПоступило",
    ),
    "documents without their days, one of which the balance lacks": (
        (
            HEADER,
            balances("1000", "1070"),
            document(INCOMING, {"ДатаПоступило": None, "Сумма": "30.00"}),
            document(INCOMING, {"ДатаПоступило": None, "Сумма": "70.00"}),
            END,
        ),
        F.DOCUMENT_UNDATED,
        SECTION_LINE + 4 + len(document()),
        f"…{OUR_ACCOUNT[-4:]}: 1000.00 + 0.00 − 0.00 ≠ 1070.00; № 417, 70.00, ДатаПоступило",
    ),
    "a document of which only the balance tells whether it moved nothing or went both ways": (
        (
            HEADER,
            balances("1000", "1000"),
            document(OUTGOING, {"ПолучательСчет": OUR_ACCOUNT}),
            END,
        ),
        F.DOCUMENT_UNCLEAR,
        SECTION_LINE + 5,
        f"…{OUR_ACCOUNT[-4:]}",
    ),
    "an entry of tomorrow": (
        with_document(ДатаПоступило="29.11.2030"),
        F.DAY_AHEAD,
        DOCUMENT_LINE,
        "29.11.2030",
    ),
    "a lost document": (
        (HEADER, section({"ВсегоПоступило": None, "ВсегоСписано": None}), document(), END),
        F.BALANCE,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: 1000.00 + 100.00 − 0.00 ≠ 1070.00",
    ),
    "balances that do not add up by a kopeck": (
        with_section(КонечныйОстаток="-1070.01"),
        F.BALANCE,
        SECTION_LINE,
        f"…{OUR_ACCOUNT[-4:]}: 1000.00 + 100.00 − 30.00 ≠ -1070.01",
    ),
    "two sections of one day": (
        (HEADER, section(), balances("1070", "1070"), *WHOLE[2:]),
        F.SECTIONS_OVERLAP,
        DOCUMENT_LINE,
        f"…{OUR_ACCOUNT[-4:]}: 01.11.2026",
    ),
    "a day that begins otherwise than the last ended": (
        (
            HEADER,
            section({"ДатаКонца": "03.11.2026"}),
            balances("1000", "1000", first="04.11.2026"),
            *WHOLE[2:],
        ),
        F.BALANCES_APART,
        DOCUMENT_LINE,
        f"…{OUR_ACCOUNT[-4:]}: 1070.00 ≠ 1000.00",
    ),
    "an entry before the period": (
        with_document(ДатаПоступило="31.10.2026"),
        F.ENTRY_UNCHECKED,
        DOCUMENT_LINE,
        f"…{OUR_ACCOUNT[-4:]} 31.10.2026",
    ),
    "an entry after the period": (
        with_document(ДатаПоступило="01.12.2026"),
        F.ENTRY_UNCHECKED,
        DOCUMENT_LINE,
        f"…{OUR_ACCOUNT[-4:]} 01.12.2026",
    ),
    "an entry of an account without a section": (
        (
            (*HEADER, f"РасчСчет={SECOND_ACCOUNT}"),
            section(),
            document(INCOMING, {"ПолучательСчет": SECOND_ACCOUNT}),
            END,
        ),
        F.ENTRY_UNCHECKED,
        DOCUMENT_LINE + 1,
        f"…{SECOND_ACCOUNT[-4:]} 03.11.2026",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_file_is_refused_with_line_and_reason(name: str) -> None:
    blocks, fault, line, detail = DAMAGED[name]
    refused = refusal(written(*blocks))
    assert (refused.code, refused.line, refused.detail) == (fault.value, line, detail)
    for private in (OUR_ACCOUNT, SECOND_ACCOUNT, PAYER_ACCOUNT, "Ромашка"):
        assert private not in str(refused)


@pytest.mark.parametrize(
    ("limits", "fault", "line"),
    [
        (StatementLimits(file_bytes=100), F.TOO_LARGE, None),
        (StatementLimits(line_length=40), F.LINE_TOO_LONG, DOCUMENT_LINE + 6),
        (StatementLimits(entries=1), F.TOO_MANY, SECOND_LINE),
        (StatementLimits(header_accounts=0), F.TOO_MANY, len(HEADER)),
        (StatementLimits(account_sections=0), F.TOO_MANY, SECTION_LINE),
        (StatementLimits(posting_days=0), F.TOO_MANY, DOCUMENT_LINE),
        (StatementLimits(purpose_length=20), F.TEXT_TOO_LONG, DOCUMENT_LINE),
        (StatementLimits(name_length=5), F.TEXT_TOO_LONG, DOCUMENT_LINE),
        (StatementLimits(reference_length=2), F.TEXT_TOO_LONG, DOCUMENT_LINE),
    ],
)
def test_every_limit_refuses_what_goes_beyond_it(
    limits: StatementLimits, fault: BankFileFault, line: int | None
) -> None:
    refused = refusal(written(*WHOLE), limits)
    assert (refused.code, refused.line) == (fault.value, line)


def test_a_purpose_torn_into_more_lines_than_one_may_hold_is_refused() -> None:
    """Else each line of millions copies all those before it once more."""
    torn = document(INCOMING, {"НазначениеПлатежа": "\r\n".join(["оплата"] * 30)})
    refused = refusal(written(HEADER, section(), torn, END), StatementLimits(line_length=100))
    lines_before = next(place for place, line in enumerate(torn) if "оплата" in line)
    of_line = 100 // len("оплата ")
    assert (refused.code, refused.line) == (
        F.LINE_TOO_LONG.value,
        DOCUMENT_LINE + lines_before + of_line,
    )


def test_a_file_just_at_its_limits_is_read() -> None:
    content = written(*WHOLE)
    limits = StatementLimits(
        file_bytes=len(content),
        line_length=max(len(line) for line in content.splitlines(keepends=True)),
        entries=2,
        header_accounts=1,
        account_sections=1,
        posting_days=1,
        purpose_length=28,
        name_length=13,
        reference_length=20,
    )
    assert read(content, limits).entry_count == 2


def test_an_unposted_document_counts_towards_the_limit_too() -> None:
    idle = document(INCOMING, {"ДатаПоступило": None})
    content = written(HEADER, balances("0", "0"), idle, idle, END)
    assert refusal(content, StatementLimits(entries=1)).code == F.TOO_MANY.value


@pytest.mark.parametrize("header", [HEADER, HEADER[:-1]])
def test_a_statement_of_somebody_elses_account_is_refused(header: Sequence[str]) -> None:
    with pytest.raises(BankFileError) as caught:
        read(written(header, *WHOLE[1:]), our_accounts=[SECOND_ACCOUNT])
    assert caught.value.code == F.ACCOUNT_FOREIGN.value
    assert caught.value.detail == f"…{OUR_ACCOUNT[-4:]}"
    assert read(written(*WHOLE), our_accounts=[SECOND_ACCOUNT, OUR_ACCOUNT]).entry_count == 2


@pytest.mark.parametrize("content", [b"", b"\x00" * 5000, b"1CClientBankExchange", b"PK\x03\x04"])
def test_what_is_no_statement_at_all_is_refused(content: bytes) -> None:
    assert refusal(content).code in (F.SIGNATURE.value, F.ENCODING.value)


def test_every_fault_has_a_file_that_shows_it() -> None:
    by_limits = {F.TOO_LARGE, F.LINE_TOO_LONG, F.TEXT_TOO_LONG, F.TOO_MANY, F.ACCOUNT_FOREIGN}
    assert {fault for _, fault, _, _ in DAMAGED.values()} | by_limits == set(BankFileFault)


STATEMENT = make_statement(5, seed=11)


@settings(deadline=None)
@given(place=st.integers(0, len(STATEMENT) - len("\r\nКонецФайла".encode("cp1251"))))
def test_a_file_cut_anywhere_is_refused(place: int) -> None:
    assert refusal(STATEMENT[:place]).code.startswith("bank_file_")


@settings(deadline=None)
@given(
    place=st.integers(0, len(STATEMENT) - 1),
    junk=st.binary(min_size=1, max_size=12),
)
def test_any_damage_ends_in_entries_that_add_up_or_in_a_refusal(place: int, junk: bytes) -> None:
    damaged = STATEMENT[:place] + junk + STATEMENT[place + len(junk) :]
    try:
        reading = read(damaged)
    except BankFileError:
        return
    (account,) = reading.accounts
    moved = sum(
        entry.amount_kopecks if entry.direction.value == "in" else -entry.amount_kopecks
        for entry in reading.entries
    )
    assert account.opening_kopecks + moved == account.closing_kopecks


@settings(deadline=None)
@given(
    place=st.integers(0, len(STATEMENT) - 1),
    junk=st.binary(max_size=12) | st.sampled_from(STATEMENT.splitlines(keepends=True)),
    lost=st.integers(0, 40),
)
def test_documents_read_at_one_go_say_what_they_say_line_by_line(
    place: int, junk: bytes, lost: int
) -> None:
    damaged = STATEMENT[:place] + junk + STATEMENT[place + lost :]
    assert outcome(damaged, StatementLimits()) == outcome(damaged, StatementLimits(layouts=0))


def test_a_file_that_ends_with_a_document_s_end_and_no_line_end_is_cut() -> None:
    content = written(*WHOLE[:-1]).removesuffix(b"\r\n")  # that line comes as a piece of its own
    assert refusal(content).code == F.CUT.value


def outcome(content: bytes, limits: StatementLimits) -> object:
    try:
        found = read(content, limits)
    except BankFileError as error:
        return error.code, error.line, error.detail
    return found.entries, found.accounts, found.unposted_count
