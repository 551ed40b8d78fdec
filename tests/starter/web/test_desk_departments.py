"""Departments at the desk: read by staff, written by an operator, with their history."""

import pytest

from domain.access.roles import Role
from tests.books import Books
from tests.starter.web.browser import Browser
from tests.starter.web.test_desk_tickets import HOSTILE

LIST = "/desk/reference/departments"
TYPED = {
    "role": "accountant",
    "name_ru": "Договоры",
    "name_en": "Contracts",
    "opens_at": "10:00",
    "closes_at": "19:00",
    "lunch_from": "",
    "lunch_to": "",
    "first_answer_minutes": "60",
    "solution_minutes": "600",
    "remind_after_days": "2",
    "resolve_after_days": "5",
    "reopen_days": "3",
    "text_limit": "2000",
    "files_limit": "2",
    "file_mebibytes": "5",
    "mail_address": "",
    "staff": "",
    "valid_from": "",
    "reason": "Новый отдел",
    "offered": "yes",
    "archives": "yes",
}


async def test_an_operator_makes_a_department_and_changes_it(
    customer: Browser, books: Books
) -> None:
    await customer.log_in(Role.OPERATOR, login="smirnov")
    form = (await customer.get(f"{LIST}/new")).form("/new")
    made = await customer.send(f"{LIST}/new", {**form, **TYPED, "code": "contracts"})
    assert made.leads_to == f"{LIST}/contracts"
    assert "Договоры" in (await customer.get(LIST)).words
    again = (await customer.get(f"{LIST}/contracts")).form("/contracts")
    assert (again["opens_at"], again["lunch_from"], again["text_limit"]) == ("10:00", "", "2000")
    typed = {"text_limit": "3000", "staff": "petrova\nsidorova petrova", "reason": HOSTILE}
    assert (await customer.send(f"{LIST}/contracts", {**again, **typed})).status == 303
    page = await customer.get(f"{LIST}/contracts")
    assert "Знаков в сообщении: 2000 → 3000" in page.words
    assert "Сотрудники: — → petrova, sidorova" in page.words
    assert "<script>alert" not in page.html
    other = {**again, "text_limit": "4000", "reason": "Ещё"}
    late = await customer.send(f"{LIST}/contracts", other)
    assert late.status == 409
    assert 'value="4000"' in late.html
    rows = books.rows(
        "SELECT version, author, staff FROM department_rules WHERE department = 'contracts'"
        " ORDER BY version"
    )
    assert [(row.version, row.author) for row in rows] == [(1, "smirnov"), (2, "smirnov")]
    assert rows[1].staff == ["petrova", "sidorova"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("code", "Код"),
        ("code", "new"),
        ("name_ru", ""),
        ("opens_at", "десять"),
        ("opens_at", ""),
        ("closes_at", "09:00"),
        ("text_limit", "много"),
        ("files_limit", "6"),
        ("mail_address", "nobody"),
        ("valid_from", "завтра"),
        ("reason", ""),
        ("role", "client"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field_with_all_that_was_typed(
    customer: Browser, books: Books, field: str, typed: str
) -> None:
    await customer.log_in(Role.OPERATOR, login="smirnov")
    form = (await customer.get(f"{LIST}/new")).form("/new")
    wrong = await customer.send(
        f"{LIST}/new", {**form, **TYPED, "code": "never", "name_en": "Kept", field: typed}
    )
    assert (wrong.status, f'id="{field}-error"' in wrong.html) == (422, True)
    assert 'value="Kept"' in wrong.html
    assert books.rows("SELECT FROM departments WHERE code = 'never'") == []


async def test_others_of_ours_read_departments_and_find_nothing_to_write(
    customer: Browser,
) -> None:
    await customer.log_in(Role.SUPPORT, login="sidorova")
    page = await customer.get(f"{LIST}/support")
    assert page.status == 200
    assert "Сохранить версию" not in page.words
    assert (await customer.get(f"{LIST}/new")).status == 404
    assert (await customer.get(f"{LIST}/no_such")).status == 404
