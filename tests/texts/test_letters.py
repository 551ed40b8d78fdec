"""A letter says the same in plain and in HTML, whatever its parameters hold."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import texts
from texts import Language, letter

PARAMS: dict[str, str | int] = {
    "address": "115280, Москва, склад возвратов",
    "terms": "Доставку оплачиваем мы.",
    "track": "RU 1234",
    "account": "@olga_ivanova",
    "amount": "9 693,55 ₽",
    "attempt": 1,
    "balance": "1 200,00 ₽",
    "case_id": "refund-2026-00417-1",
    "code": "482913",
    "company": "ООО «Копейка Софт»",
    "compensation": "58,00 ₽",
    "credit_by": "4 декабря 2026 г.",
    "way": "на банковскую карту, с которой вы оплатили счёт",
    "count": 2,
    "debited": "24 ноября 2026 г.",
    "ends": "31 декабря 2027 г.",
    "entry_id": "9f0c2d1a-0000-4000-8000-6f0f0a2f7c11",
    "found": "refund-2026-00417-1/1, 216749f7, 9693.55",
    "failure": "AcquirerUnavailable: 503",
    "invoice_number": "2026-00417",
    "receipt_id": "0c2d1a9f-0000-4000-8000-6f0f0a2f7c11",
    "hours": 24,
    "login": "ivanova",
    "new_email": "new@romashka.example",
    "old_email": "old@romashka.example",
    "link": "https://shop.example/refunds/refund-2026-00417-1?a=1&b=2",
    "minutes": 10,
    "name": "ООО «Ромашка»",
    "order_number": 117,
    "payment_date": "21 ноября 2026 г.",
    "from": "1 декабря 2026 г.",
    "policy": "Возвраты",
    "price": "24 400,00 ₽",
    "process": "payout-refund-2026-00417-1-1",
    "reason": "Счёт получателя закрыт",
    "remarks": "Не видна подпись",
    "role": "бухгалтер",
    "service": "Услуга прекращается с 17.03.2026: последний день — 16.03.2026.",
    "starts": "1 января 2027 г.",
    "step": "Выплатить деньги",
    "number": 117,
    "subscription": "Компас",
    "topic": "Где возврат?",
    "invariant": "no more is promised than was paid",
    "units": 400,
    "trace": "RRN: 633400000001\nВыплачено: 21.11.2026",
    "until": "05.12.2026 23:59 (МСК)",
    "debt": "48 000,00 ₽",
    "debts": "• Счёт № 2026-000117 от 01.11.2026: 48 000,00 ₽.",
    "limitation": "10.11.2029",
    "next": "04.12.2026",
    "promised": "03.12.2026",
}


class Reader(HTMLParser):
    """What a person sees of a page, and the tags and addresses it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.seen.append(data)


def notifications() -> list[str]:
    with (Path(texts.__file__).parent / "ru.po").open("rb") as source:
        keys = [str(message.id) for message in read_po(source, locale="ru")]
    return [key.split(".")[1] for key in keys if re.fullmatch(r"mail\.\w+\.body", key)]


def words_of(text: str) -> list[str]:
    return text.replace("\u200b", "").split()


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("name", notifications())
def test_every_word_of_the_plain_text_stands_in_the_html_too(name: str, language: Language) -> None:
    written = letter(name, language, **PARAMS)
    page = Reader(written.html)
    on_page = set(words_of(" ".join(page.seen))) | set(page.links)
    missing = {word.removesuffix(":") for word in words_of(written.plain)} - {
        word.removesuffix(":") for word in on_page
    }
    assert missing == {"--"}


@pytest.mark.parametrize("name", notifications())
def test_no_letter_shows_an_unfilled_parameter_and_every_subject_is_one_line(name: str) -> None:
    written = letter(name, "ru", **PARAMS)
    assert not re.search(r"[{}]", written.subject + written.plain)
    assert len(written.subject.splitlines()) == 1


def test_the_details_of_the_refund_stand_under_the_text_when_they_are_known() -> None:
    known = letter("refund_paying", "ru", **PARAMS).plain
    assert "Клиент: ООО «Ромашка»" in known
    assert "Заявка: refund-2026-00417-1" in known
    ticket: dict[Language, str] = {"ru": "Запрос: № 2\n", "en": "Request: No. 2\n"}
    for language, said in ticket.items():
        of_ticket = letter("ticket_answered", language, **{**PARAMS, "case_id": "ticket-2"})
        assert said in of_ticket.plain
        assert "ticket-2" not in of_ticket.plain
    unknown = letter("refund_paying", company="К", invoice_number="7", way="на карту").plain
    assert "Клиент" not in unknown
    of_nobody = letter(
        "refund_paying", company="К", invoice_number="7", way="на карту", name=""
    ).plain
    assert "Клиент" not in of_nobody


def test_a_link_is_a_button_in_html_and_an_address_on_its_own_line_in_plain_text() -> None:
    written = letter("refund_awaiting_statement", "ru", **PARAMS)
    assert Reader(written.html).links == [PARAMS["link"]]
    assert str(PARAMS["link"]) in written.plain.splitlines()


@pytest.mark.parametrize(
    ("name", "sum_"),
    [
        ("refund_completed", "amount"),
        ("renewal_ordered", "amount"),
        ("renewal_part_paid", "balance"),
    ],
)
def test_the_sum_that_a_letter_is_about_stands_out(name: str, sum_: str) -> None:
    page = letter(name, "ru", **PARAMS).html
    assert re.search(rf"font-size:28px[^>]*>{PARAMS[sum_]}", page)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "http://a b", 'https://a"onclick="b', "/refunds/7", ""]
)
def test_a_letter_never_links_to_anything_but_a_web_address(link: str) -> None:
    with pytest.raises(ValueError, match="http"):
        letter("refund_awaiting_statement", "ru", **{**PARAMS, "link": link})


def test_line_breaks_and_blank_lines_of_remarks_stay_inside_their_quotation() -> None:
    written = letter("refund_statement_returned", "ru", **{**PARAMS, "remarks": "Первое\n\nВторое"})
    assert "    Первое\n\n    Второе\n" in written.plain
    assert "Первое\n\nВторое</p>" in written.html


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_parameter_can_add_a_tag_to_the_page_or_a_line_to_the_subject(
    one: str, other: str
) -> None:
    usual = letter("refund_statement_returned", "ru", **PARAMS)
    hostile: dict[str, str | int] = {
        "remarks": f"<b>{one}</b>",
        "invoice_number": f"<script>{other}\r\nBcc: a@b.c",
    }
    written = letter("refund_statement_returned", "ru", **{**PARAMS, **hostile})
    assert Reader(written.html).tags == Reader(usual.html).tags
    assert not re.search(r"[\r\n]", written.subject)


def test_the_preheader_is_the_beginning_of_the_text_and_is_short() -> None:
    html = letter("refund_awaiting_statement", "ru", **PARAMS).html
    preheader = re.search(r'<div style="display:none;[^>]*>([^<]*)</div>', html)
    assert preheader is not None
    assert preheader[1] == "Мы рассчитали сумму, которую вернём вам:"


@pytest.mark.parametrize(
    ("name", "missing"), [("refund_paying", "company"), ("refund_completed", "credit_by")]
)
def test_a_letter_with_a_missing_parameter_is_not_written(name: str, missing: str) -> None:
    params = {key: value for key, value in PARAMS.items() if key != missing}
    with pytest.raises(KeyError, match=missing):
        letter(name, "ru", **params)


def test_an_unknown_notification_is_an_error() -> None:
    with pytest.raises(KeyError, match="no_such"):
        letter("no_such", "ru", **PARAMS)


def test_only_a_letter_whose_reply_is_read_asks_for_one() -> None:
    answered = letter("ticket_answered", "ru", **PARAMS, reply_line="Ответьте выше.")
    plain = letter("ticket_answered", "ru", **PARAMS)
    for said in (answered.plain, answered.html):
        assert "попадёт в запрос" in said
        assert "отвечать на него не нужно" not in said
    assert "отвечать на него не нужно" in plain.plain
