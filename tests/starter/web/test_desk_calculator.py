"""The key rate and the calculator at the desk: previewed, confirmed, counted with the trace."""

from urllib.parse import urlencode

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.domain.compensation.law import COVERED_UNTIL, FILE
from tests.starter.web.browser import Browser, Page
from tests.starter.web.test_bad_input import HOSTILE

RATES = "/desk/reference/key-rate"
CALCULATOR = "/desk/reference/calculator"
UNCHECKED = "Требует проверки юристом"


async def previewed(browser: Browser, content: bytes, until: str) -> Page:
    form = (await browser.get(RATES)).form("/preview")
    fields = {"idempotency_key": form["idempotency_key"], "covered_until": until}
    return await browser.send(f"{RATES}/preview", fields, file=("rates.csv", content), field="file")


async def known_rates(browser: Browser) -> None:
    await browser.log_in(Role.ACCOUNTANT, login="gromov")
    page = await previewed(browser, FILE.read_bytes(), COVERED_UNTIL.isoformat())
    if "Файл ничего не меняет" in page.words:
        return
    assert page.status == 200
    done = await browser.send(f"{RATES}/import", page.form("/import"))
    assert (done.status, done.leads_to) == (303, RATES)


async def counted(browser: Browser, **fields: str) -> Page:
    return await browser.get(f"{CALCULATOR}?{urlencode(fields)}")


async def test_rates_are_shown_before_they_are_stored(browser: Browser, books: Books) -> None:
    await browser.log_in(Role.ACCOUNTANT)
    assert "ещё не записана" in (await browser.get(RATES)).words
    page = await previewed(browser, FILE.read_bytes(), COVERED_UNTIL.isoformat())
    assert "27.07.2026 – 08.09.2026" in page.words
    assert books.rows("SELECT id FROM key_rate_imports") == []
    fields = page.form("/import")
    changed = await browser.send(f"{RATES}/import", {**fields, "digest": "0" * 64})
    assert changed.status == 409
    assert "Проверьте, что изменится теперь" in changed.words
    done = await browser.send(f"{RATES}/import", changed.form("/import"))
    assert (done.status, done.leads_to) == (303, RATES)
    known = await browser.get(RATES)
    assert "Ставка известна по 08.09.2026 включительно" in known.words
    again = await previewed(browser, FILE.read_bytes(), COVERED_UNTIL.isoformat())
    assert "Файл ничего не меняет" in again.words


@pytest.mark.parametrize(
    ("content", "until", "says"),
    [
        (b"", "2026-09-08", "Выберите файл"),
        (b"day\n", "2026-09-08", "from,rate_percent"),
        (b"from,rate_percent\n2026-01-01,16\n2026-01-01,15\n", "2026-09-08", "Строка 3"),
        (FILE.read_bytes(), "", "Укажите"),
        (FILE.read_bytes(), "2026-01-01", "раньше, чем начинается последняя ставка"),
        (FILE.read_bytes(), "2199-01-01", "Так далеко вперёд"),
    ],
)
async def test_a_wrong_file_or_day_is_said_on_the_page(
    browser: Browser, content: bytes, until: str, says: str
) -> None:
    await browser.log_in(Role.OPERATOR)
    page = await previewed(browser, content, until)
    assert page.status == 422
    assert says in page.words
    assert page.form("/preview")["covered_until"] == until


async def test_a_specialist_reads_rates_and_stores_none(browser: Browser) -> None:
    await browser.log_in(Role.SPECIALIST)
    assert "/key-rate/preview" not in (await browser.get(RATES)).html


async def test_interest_is_counted_line_by_line_with_its_rows(browser: Browser) -> None:
    await known_rates(browser)
    page = await counted(
        browser,
        count="interest",
        sum="100 000",
        first_day="2025-09-01",
        last_day="2025-12-31",
        payments="15.10.2025 40 000,00\n",
    )
    words = page.words.replace("\u00a0", " ")
    assert "4 223,56 ₽" in words
    assert "100 000,00 ₽ × 14 × 18 % ÷ 100 ÷ 365 = 690,41 ₽" in words
    assert "ст. 395 ГК РФ" in words
    assert UNCHECKED in words
    assert "15.10.2025 40 000,00" in page.html


async def test_days_that_are_not_known_are_said_and_what_was_typed_stays(browser: Browser) -> None:
    await known_rates(browser)
    page = await counted(
        browser, count="interest", sum="100", first_day="2026-09-01", last_day="2027-01-10"
    )
    assert page.status == 422
    assert "записаны дни с 01.08.2016 по 08.09.2026" in page.words
    assert 'value="2027-01-10"' in page.html


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        (
            {
                "count": "penalty",
                "kind": "penalty_goods",
                "sum": "15000",
                "first_day": "2025-12-21",
                "last_day": "2026-04-30",
            },
            ("18 000,00 ₽", "15 000,00 ₽", "решает юрист", UNCHECKED),
        ),
        (
            {
                "count": "penalty",
                "kind": "penalty_service",
                "sum": "9000",
                "first_day": "2026-03-12",
                "last_day": "2026-03-12",
            },
            ("просрочки ещё нет",),
        ),
        (
            {"count": "fees", "sum": "48 000", "day": "2026-11-30"},
            ("10 000,00 ₽", "8 000,00 ₽", "4 000,00 ₽", UNCHECKED),
        ),
        (
            {"count": "fees", "sum": "5000000", "day": "2026-11-30"},
            ("размер известен для сумм до 3 000 000,00 ₽",),
        ),
        (
            {"count": "days", "event": "claim_sent", "day": "2026-03-02"},
            ("02.04.2026", "30 календарных дней", UNCHECKED),
        ),
    ],
)
async def test_what_the_law_counts_is_shown_with_its_rule(
    browser: Browser, fields: dict[str, str], says: tuple[str, ...]
) -> None:
    await browser.log_in(Role.SPECIALIST)
    page = await counted(browser, **fields)
    assert page.status == 200
    for text in says:
        assert text in page.words.replace("\u00a0", " ")


@pytest.mark.parametrize(
    "fields",
    [
        {"count": "interest", "sum": "0", "first_day": "2026-01-01", "last_day": "2026-01-02"},
        {"count": "interest", "sum": "-1", "first_day": "2026-01-01", "last_day": "2026-01-02"},
        {"count": "interest", "sum": "1", "first_day": "2026-01-02", "last_day": "2026-01-01"},
        {"count": "interest", "sum": "1", "first_day": "", "last_day": "0001-01-01"},
        {"count": "penalty", "sum": "1", "kind": "interest"},
        {"count": "fees", "sum": "99999999999", "day": "9999-12-31"},
        {"count": "fees", "sum": "1", "day": ""},
        {"count": "days", "event": "never", "day": "2026-01-01"},
        {"count": "days", "event": "due", "day": "1999-01-01"},
    ],
)
async def test_what_cannot_be_counted_is_said_beside_its_field(
    browser: Browser, fields: dict[str, str]
) -> None:
    await browser.log_in(Role.SPECIALIST)
    page = await counted(browser, **fields)
    assert page.status == 422
    assert "notice-bad" in page.html


@pytest.mark.parametrize("hostile", [one[:80] for one in HOSTILE])
async def test_hostile_words_are_only_text(browser: Browser, hostile: str) -> None:
    await known_rates(browser)
    for name in ("sum", "first_day", "payments", "moratorium"):
        fields = {"sum": "1", "first_day": "2026-01-01", "last_day": "2026-01-02", name: hostile}
        page = await counted(browser, count="interest", **fields)
        assert page.status in {200, 422}
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html


@pytest.mark.parametrize("line", ["15.10.2025", "15.10.2025 -1", "32.10.2025 1", "40 000", "x y"])
async def test_a_payment_that_cannot_be_read_names_its_line(browser: Browser, line: str) -> None:
    await browser.log_in(Role.SPECIALIST)
    fields = {"sum": "1", "first_day": "2026-01-01", "last_day": "2026-01-02"}
    payments = f"02.01.2026 0,50\n{line}"
    page = await counted(browser, count="interest", payments=payments, **fields)
    assert page.status == 422
    assert "Строка 2: нужны день и сумма" in page.words
