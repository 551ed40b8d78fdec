"""One screen decides a refund: how its sum came about, the ledger, the paper beside it."""

import pytest

from domain.access.roles import Role
from starter.web.http.headers import PAPER, POLICY_HEADER, WITH_PAPER
from tests.books import Line
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Case, Shop
from tests.starter.web.browser import Browser


async def _words(customer: Browser, case: Case, role: Role = Role.SPECIALIST) -> str:
    await customer.log_in(role, login=f"{role}-9")
    page = await customer.get(f"/desk/refunds/{case.id}")
    return page.words.replace("\xa0", " ")


async def _calculated(shop: Shop, amount: str) -> Case:
    """A line that a specialist calculated; the rules propose its whole price."""
    case = await shop.opened(SERVICE)
    entry = {"lines": [{"line_no": 1, "amount": amount}], "reason": "Оказана наполовину"}
    answer = await shop.staff(Role.SPECIALIST, "petrova").post(f"{case.path}/calculation", entry)
    assert answer.status_code == 200, answer.text
    return case


async def test_a_line_says_how_its_sum_was_computed(customer: Browser, shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    words = await _words(customer, case)
    assert "Период 01.01.2026 – 31.12.2026, 365 дн." in words
    assert "12 200,50 ₽ × 290 / 365 = 9 693,55 ₽" in words
    assert "НДС" in words
    assert "Строка 1 счёта" in words


async def test_a_second_refund_of_a_line_says_what_the_first_one_took(
    customer: Browser, shop: Shop
) -> None:
    number = await shop.invoice(Line(1_000_000, "licence"))
    first = await shop.asked(number, lines=[{"line_no": 1, "amount": "4000.00"}])
    await (await first.signed()).by(Role.SPECIALIST, "acceptance")
    await first.until("completed")
    second = await shop.asked(number, lines=[{"line_no": 1, "amount": "1000.00"}])
    words = await _words(customer, second)
    assert "10 000,00 ₽ − 4 000,00 ₽ = 6 000,00 ₽" in words
    assert "Клиент просит не больше 1 000,00 ₽" in words


@pytest.mark.parametrize(
    ("amount", "said", "more", "less"),
    [
        ("2000.00", "на 3 000,00 ₽ меньше", "0.00", "3000.00"),
        ("5000.00", "совпадает с расчётом по правилам", "0.00", "0.00"),
    ],
)
async def test_a_specialists_own_sum_is_kept_beside_what_the_rules_give(
    customer: Browser, shop: Shop, amount: str, said: str, more: str, less: str
) -> None:
    case = await _calculated(shop, amount)
    words = await _words(customer, case, Role.ACCOUNTANT)
    assert said in words
    assert ("petrova: Оказана наполовину" in words) == (less != "0.00")
    told = (await shop.staff(Role.ACCOUNTANT).get(case.path)).json()["calculation"]
    assert told["override"] == {"proposed": "5000.00", "more": more, "less": less}
    assert told["lines"][0]["proposed"] == "5000.00"
    of_client = (await case.read())["calculation"]
    assert of_client.get("override") is None
    assert not of_client["lines"][0]["steps"]


async def test_whoever_approves_reads_the_difference_above_the_button(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(Line(20_000_000, "service"))
    entry = {"lines": [{"line_no": 1, "amount": "150000.00"}], "reason": "Часть оказана"}
    await shop.staff(Role.SPECIALIST, "petrova").post(f"{case.path}/calculation", entry)
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await customer.log_in(Role.ACCOUNTANT)
    page = await customer.get(f"/desk/refunds/{case.id}")
    decision = page.html.partition('id="decision"')[2].partition("/approval")[0]
    assert "Часть оказана" in decision
    assert "меньше расчёта по правилам" in decision


async def test_the_ledger_of_a_case_is_its_invoices_and_its_own(
    customer: Browser, shop: Shop
) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    other = await shop.opened(SUBSCRIPTION)
    words = await _words(customer, case, Role.OPERATOR)
    number = case.id.removeprefix("refund-").rpartition("-")[0]
    paid, promised = words.index("Оплата получена"), words.index("Сумма обещана клиенту")
    assert paid < promised
    assert f"Деньги у эквайера Счёт № {number} 12 200,50 ₽" in words
    assert f"Счёт № {number} К возврату, {case.id} 9 693,55 ₽" in words
    assert other.id not in words


async def test_the_statement_stands_in_a_frame_that_no_other_site_may_have(
    customer: Browser, shop: Shop
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await customer.log_in(Role.SPECIALIST)
    page = await customer.get(f"/desk/refunds/{case.id}")
    assert page.response.headers[POLICY_HEADER] == WITH_PAPER
    address = f"/refunds/{case.id}/statement.pdf"
    assert f'<iframe class="paper" tabindex="-1" src="{address}?of=' in page.html
    paper = await customer.http.get(address)
    assert (paper.headers[POLICY_HEADER], paper.headers["content-type"]) == (
        PAPER,
        "application/pdf",
    )
    assert "frame-ancestors 'none'" in WITH_PAPER
    await customer.log_in(Role.OPERATOR)
    assert "<iframe" not in (await customer.get(f"/desk/refunds/{case.id}")).html
