"""What an accountant sees of a file whose days are left out, and of two files of one day."""

from datetime import timedelta
from typing import Any

import pytest

from tests.starter.banking.statement_of import TODAY
from tests.starter.bookkeeping import OUR_BIC, Bookkeeping, account_of

OUR = account_of("40702", 419)
PAYER = "40702810500000000123"
DAY = TODAY - timedelta(days=30)


def written(
    *documents: dict[str, str], came: str, closing: str, days: int = 0, sections: str = ""
) -> bytes:
    """The statement of a day, with what stands before its own section."""
    day = f"{DAY + timedelta(days=days):%d.%m.%Y}"
    lines = ["1CClientBankExchange", "Кодировка=Windows", f"РасчСчет={OUR}", *sections.split("\n")]
    lines += ["СекцияРасчСчет", f"РасчСчет={OUR}", f"ДатаНачала={day}", f"ДатаКонца={day}"]
    lines += ["НачальныйОстаток=0", f"ВсегоПоступило={came}", "ВсегоСписано=0"]
    lines += [f"КонечныйОстаток={closing}", "КонецРасчСчет"]
    for document in documents:
        lines += ["СекцияДокумент=Банковский ордер", *document_lines(document), "КонецДокумента"]
    return "".join(f"{line}\r\n" for line in (*lines, "КонецФайла")).encode("cp1251")


def document_lines(document: dict[str, str]) -> list[str]:
    told = {"ПлательщикСчет": PAYER, "ПолучательСчет": OUR, **document}
    return [f"{key}={value}" for key, value in told.items()]


def credit(number: str = "481554", days: int = 0, **more: str) -> dict[str, str]:
    """A credit that carries its debit's day only."""
    day = f"{DAY + timedelta(days=days):%d.%m.%Y}"
    told = {"Номер": number, "Сумма": "1000", "ДатаСписано": day, "ПлательщикБИК": OUR_BIC}
    return {**told, "НазначениеПлатежа": "Прочее", **more}


@pytest.fixture
async def _our_account(bookkeeping: Bookkeeping) -> None:
    assert (await bookkeeping.write_own_account(OUR)).is_success


async def entries(bookkeeping: Bookkeeping, days: int) -> list[dict[str, Any]]:
    day = (DAY + timedelta(days=days)).isoformat()
    narrowed = {"account": OUR, "from": day, "to": day}
    found = await bookkeeping.accountant.get("/v1/bank-entries", **narrowed)
    return list(found.json()["items"])


@pytest.mark.usefixtures("_our_account")
async def test_a_file_says_what_of_it_was_passed_over(bookkeeping: Bookkeeping) -> None:
    dollars = "\n".join(
        ("СекцияРасчСчет", "РасчСчет=40702840900000000417", "НачальныйОстаток=1", "КонецРасчСчет")
    )
    waiting = {**credit("2"), "ДатаСписано": ""}
    content = written(
        credit(),
        {**credit("3"), "Сумма": "0.00"},
        waiting,
        came="1000",
        closing="1000.00",
        sections=dollars,
    )
    shown = await bookkeeping.imported(content)
    assert (shown["status"], shown["entries_total"]) == ("imported", 1)
    assert [(one["code"], one["count"]) for one in shown["passed_over"]] == [
        ("foreign_currency", 1),
        ("zero_amount", 1),
        ("not_posted", 1),
    ]
    assert "…0417" in shown["passed_over"][0]["title"]
    (entry,) = await entries(bookkeeping, 0)
    assert (entry["direction"], entry["amount"]) == ("in", "1000.00")


@pytest.mark.usefixtures("_our_account")
async def test_a_refusal_by_totals_names_the_document_and_what_is_missing(
    bookkeeping: Bookkeeping,
) -> None:
    undated = {**credit("77"), "ДатаСписано": ""}
    shown = await bookkeeping.imported(written(undated, came="1000", closing="1000", days=1))
    assert (shown["status"], shown["refusal"]["code"]) == ("refused", "bank_file_document_undated")
    said = shown["refusal"]["detail"]
    assert all(word in said for word in ("№ 77", "1\u00a0000,00", "ДатаПоступило", "…"))
    assert OUR not in said
    assert await entries(bookkeeping, 1) == []


@pytest.mark.usefixtures("_our_account")
async def test_two_spellings_of_a_day_are_one_entry_and_a_doubt_is_shown(
    bookkeeping: Bookkeeping,
) -> None:
    early = credit(days=2, ПлательщикБИК="")
    final = credit("000481554", days=2)
    await bookkeeping.imported(written(early, came="1000", closing="1000", days=2))
    shown = await bookkeeping.imported(written(final, came="1000.00", closing="1000", days=2))
    assert (shown["entries_total"], shown["entries_new"]) == (1, 0)
    (stored,) = await entries(bookkeeping, 2)
    other = credit(days=2, ПлательщикСчет=PAYER.replace("123", "124"))
    shown = await bookkeeping.imported(written(other, came="1000", closing="1000.00", days=2))
    assert shown["entries_new"] == 1
    (held,) = [one for one in await entries(bookkeeping, 2) if one["id"] != stored["id"]]
    assert (held["hold_code"], held["repeats"]) == ("repeat_suspected", stored["id"])
    path = f"/v1/bank-entries/{held['id']}"
    found = (await bookkeeping.accountant.get(f"{path}/candidates")).json()
    assert found["hold_code"] == "repeat_suspected"
    decided = await bookkeeping.accountant.post(
        f"{path}/decision", {"as": "ignored", "reason": "те же деньги"}
    )
    assert (decided.status_code, decided.json()["status"]) == (200, "ignored")


@pytest.mark.usefixtures("_our_account")
async def test_a_day_that_has_not_come_refuses_the_file(bookkeeping: Bookkeeping) -> None:
    """The bank of these tests plays days to come, but no years."""
    shown = await bookkeeping.imported(
        written(credit(days=3_000), came="1000", closing="1000", days=3_000)
    )
    assert (shown["status"], shown["refusal"]["code"]) == ("refused", "bank_file_day_ahead")
    assert shown["refusal"]["detail"].startswith("Строка 14:")
