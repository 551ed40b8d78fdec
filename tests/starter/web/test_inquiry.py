"""«Деньги не пришли» on the page of a refund, as a client meets it."""

import pytest

from db.database import Database
from domain.access.roles import Role
from domain.refund.inquiry import MAX_STATEMENT_LENGTH
from starter.presentation.models import MAX_NOTE_LENGTH
from tests.books import Books
from tests.starter.refund.credited import credited
from tests.starter.refund.shop import Case, Shop
from tests.starter.web.browser import Browser, Page

HOSTILE = '"><script>alert(1)</script>'


@pytest.fixture
async def case(customer: Browser, shop: Shop, database: Database, books: Books) -> Case:
    """A credited case whose client is logged in."""
    case = await credited(shop, database, books)
    row = books.row("SELECT client_id FROM refunds WHERE id = %(id)s", id=case.id)
    await customer.log_in(Role.CLIENT, row.client_id)
    return case


def page_of(case: Case) -> str:
    return f"/refunds/{case.id}"


async def asked(customer: Browser, case: Case, **typed: str) -> Page:
    """The form of the page, sent."""
    page = await customer.get(page_of(case))
    return await customer.send(f"{page_of(case)}/inquiry", {**page.form("/inquiry"), **typed})


async def test_the_client_asks_and_reads_the_answer_with_the_trace(
    customer: Browser, case: Case
) -> None:
    sent = await asked(customer, case, looked_at="Сбербанк, ноябрь", comment="Не вижу денег")
    assert (sent.status, sent.leads_to) == (303, page_of(case))
    waiting = await customer.get(page_of(case))
    assert "Бухгалтерия ищет платёж" in waiting.words
    assert "Сбербанк, ноябрь" in waiting.words
    assert f"external-{case.id}" not in waiting.words
    await case.by(Role.ACCOUNTANT, "inquiry/answer", {"answer": "Возврат исполнен."})
    answered = await customer.get(page_of(case))
    assert "Возврат исполнен." in answered.words
    assert f"Номер возврата у эквайера: external-{case.id}" in answered.words


async def test_a_form_sent_twice_is_one_inquiry(customer: Browser, case: Case) -> None:
    page = await customer.get(page_of(case))
    form = {**page.form("/inquiry"), "comment": "раз"}
    first = await customer.send(f"{page_of(case)}/inquiry", form)
    again = await customer.send(f"{page_of(case)}/inquiry", form)
    assert (again.status, again.leads_to) == (first.status, first.leads_to)
    assert len((await case.read())["inquiries"]) == 1


async def test_the_money_has_come_after_all(customer: Browser, case: Case) -> None:
    await asked(customer, case)
    page = await customer.get(page_of(case))
    found = await customer.send(
        f"{page_of(case)}/inquiry/withdrawal", page.form("/inquiry/withdrawal")
    )
    assert found.leads_to == page_of(case)
    assert "Деньги пришли" in (await customer.get(page_of(case))).words


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"checked_on": ""}, "Дата записывается так"),
        ({"checked_on": "вчера"}, "Дата записывается так"),
        ({"checked_on": "2999-01-01"}, "Этот день ещё не наступил"),
        ({"checked_on": "2020-01-01"}, "Выплата тогда ещё не ушла"),
        ({"looked_at": "x" * (MAX_STATEMENT_LENGTH + 1)}, "Слишком длинный текст"),
        ({"comment": "x" * (MAX_NOTE_LENGTH + 1)}, "Слишком длинный текст"),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], said: str, customer: Browser, case: Case
) -> None:
    answer = await asked(customer, case, **{"comment": "Моя выписка пуста", **typed})
    assert answer.status == 422
    assert said in answer.words
    assert typed.get("comment", "Моя выписка пуста") in answer.html
    assert (await case.read())["inquiries"] == []


async def test_hostile_words_are_only_words(customer: Browser, case: Case) -> None:
    await asked(customer, case, looked_at=HOSTILE, comment=HOSTILE)
    page = await customer.get(page_of(case))
    assert "<script>alert" not in page.html
    assert page.html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


async def test_before_the_last_day_is_over_the_page_says_from_when(
    customer: Browser, case: Case, books: Books
) -> None:
    books.connection.execute(
        "UPDATE refunds SET credit_by = '2999-03-10' WHERE id = %s", (case.id,)
    )
    page = await customer.get(page_of(case))
    assert "сообщите нам об этом здесь с 11.03.2999" in page.words
    assert "/inquiry" not in page.html


async def test_another_client_s_inquiry_is_not_found(
    customer: Browser, case: Case, books: Books
) -> None:
    page = await customer.get(page_of(case))
    await customer.log_in(Role.CLIENT, books.client())
    sent = await customer.send(f"{page_of(case)}/inquiry", page.form("/inquiry"))
    assert sent.status == 404
    assert (await case.read())["inquiries"] == []


async def test_a_case_that_takes_none_says_so_on_its_page(customer: Browser, case: Case) -> None:
    page = await customer.get(page_of(case))
    form = page.form("/inquiry")
    await asked(customer, case, comment="из другой вкладки")
    late = await customer.send(f"{page_of(case)}/inquiry", {**form, "comment": "ещё раз"})
    assert late.status == 409
    assert "уже есть открытый запрос" in late.words


async def test_an_accountant_answers_at_the_desk_and_the_client_reads_it(
    customer: Browser, case: Case
) -> None:
    await asked(customer, case)
    await customer.log_in(Role.ACCOUNTANT, login="kuznetsova")
    desk = await customer.get(f"/desk/refunds/{case.id}")
    path = f"/desk/refunds/{case.id}/inquiry/answer"
    form = {name: value for name, value in desk.form("/answer").items() if name != "next"}
    answered = await customer.send(path, {**form, "answer_inquiry-reason": "Назовите банку RRN."})
    assert answered.leads_to == f"/desk/refunds/{case.id}"
    await customer.log_in(Role.CLIENT, case.client.caller.client_id or "")
    assert "Назовите банку RRN." in (await customer.get(page_of(case))).words
