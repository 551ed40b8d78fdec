"""The page that letters to staff lead to."""

import pytest

from domain.access.roles import Role
from tests.starter.refund.shop import ACCOUNT, SERVICE, SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser


@pytest.mark.parametrize(
    ("role", "account", "may"),
    [
        (Role.SPECIALIST, ACCOUNT, "Принять заявление"),
        (Role.ACCOUNTANT, ACCOUNT, None),
        (Role.OPERATOR, f"•••{ACCOUNT[-4:]}", None),
    ],
)
async def test_staff_see_a_case_as_far_as_their_role_may(
    customer: Browser, shop: Shop, role: Role, account: str, may: str | None
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(role)
    page = await customer.get(f"/desk/refunds/{case.id}")
    assert page.status == 200
    assert f">{account}<" in page.html
    assert ("Что может ваша роль" in page.words) == (may is not None)
    assert may is None or may in page.words
    assert ("statement.pdf" in page.html) == (role is not Role.OPERATOR)


async def test_whoever_follows_a_letter_comes_to_its_case_after_logging_in(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SERVICE)
    path = f"/desk/refunds/{case.id}"
    led = await customer.get(path)
    assert (led.status, led.response.headers["location"]) == (
        303,
        f"/login?target={path.replace('/', '%2F')}",
    )


async def test_no_client_comes_to_the_desk(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    await customer.log_in(Role.CLIENT, case.client.caller.client_id or "")
    assert (await customer.get(f"/desk/refunds/{case.id}")).status == 403


async def test_staff_without_a_letter_are_told_how_cases_open(customer: Browser) -> None:
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get("/")
    assert page.status == 403
    assert "по ссылкам из писем" in page.words
    assert "К заказам" not in page.words
