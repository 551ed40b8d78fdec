"""Letters about a refund that do not arrive: the page says so, and takes another address."""

from uuid import uuid4

import pytest

from domain.access.roles import Role
from tests.starter.refund.shop import Case, Shop
from tests.starter.web.browser import Browser, Page

ADDRESS = "dir@romashka.example"
FAIL = "Письма на адрес buh@romashka.example не доходят"


@pytest.fixture
async def case(customer: Browser, shop: Shop) -> Case:
    """A case of a client who is logged in, whose first letter was given up."""
    case = await shop.opened()
    shop.books.connection.execute(
        "UPDATE notifications SET status = 'failed', due_at = NULL, settled_at = now()"
        " WHERE case_id = %s AND channel = 'mail'",
        (case.id,),
    )
    row = shop.books.row("SELECT client_id FROM refunds WHERE id = %(id)s", id=case.id)
    await customer.log_in(Role.CLIENT, row.client_id)
    return case


async def shown(customer: Browser, case: Case) -> Page:
    return await customer.get(f"/refunds/{case.id}")


async def typed(customer: Browser, case: Case, email: str) -> Page:
    action = f"/refunds/{case.id}/contact"
    page = await shown(customer, case)
    return await customer.send(action, {**page.form(action), "email": email})


async def test_the_page_says_that_letters_do_not_arrive_until_they_go_elsewhere(
    customer: Browser, case: Case
) -> None:
    assert FAIL in (await shown(customer, case)).words
    answer = await typed(customer, case, f" {ADDRESS} ")
    assert answer.status == 303
    page = await customer.get(answer.leads_to)
    assert FAIL not in page.words
    assert f"теперь приходят на {ADDRESS}" in page.words
    assert "Изменён адрес для писем" in page.words


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "На такой адрес письмо не дойдёт"),
        ("<script>alert(1)</script>", "На такой адрес письмо не дойдёт"),
        ("buh@romashka.example", "Письма уже приходят на этот адрес"),
    ],
)
async def test_a_bad_address_is_refused_beside_its_field_and_what_was_typed_is_kept(
    email: str, words: str, customer: Browser, case: Case
) -> None:
    answer = await typed(customer, case, email)
    assert answer.status == 422
    assert 'id="email-error"' in answer.html
    assert words in answer.words
    assert answer.form(f"/refunds/{case.id}/contact")["email"] == email
    assert FAIL in answer.words


async def test_a_form_that_is_sent_twice_is_one_correction(customer: Browser, case: Case) -> None:
    action = f"/refunds/{case.id}/contact"
    form = {**(await shown(customer, case)).form(action), "email": ADDRESS}
    assert [(await customer.send(action, form)).status for _ in range(2)] == [303, 303]
    assert [row["reason_code"] for row in (await case.read())["timeline"]].count(
        "contact_corrected"
    ) == 1


async def test_a_case_that_ended_meanwhile_says_so(customer: Browser, case: Case) -> None:
    action = f"/refunds/{case.id}/contact"
    form = {**(await shown(customer, case)).form(action), "email": ADDRESS}
    await case.client.post(f"{case.path}/withdrawal")
    answer = await customer.send(action, form)
    assert answer.status == 409
    assert FAIL not in answer.words
    assert "/contact" not in answer.html


async def test_another_client_s_case_is_not_there(
    customer: Browser, shop: Shop, case: Case
) -> None:
    other = await shop.opened()
    form = {"idempotency_key": str(uuid4()), "email": ADDRESS}
    assert (await customer.send(f"/refunds/{other.id}/contact", form)).status == 404


async def test_an_address_is_changed_also_where_letters_arrive(
    customer: Browser, case: Case
) -> None:
    case.shop.books.connection.execute(
        "UPDATE notifications SET status = 'sent' WHERE case_id = %s AND channel = 'mail'",
        (case.id,),
    )
    page = await shown(customer, case)
    assert FAIL not in page.words
    assert "Изменить адрес для писем" in page.words
    assert (await typed(customer, case, ADDRESS)).status == 303


async def test_staff_see_that_letters_do_not_arrive(customer: Browser, case: Case) -> None:
    await customer.log_in(Role.SPECIALIST)
    assert "письма не доходят" in (await customer.get(f"/desk/refunds/{case.id}")).words
