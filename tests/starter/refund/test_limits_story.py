"""Limits and their people over HTTP: a split invoice, a sum that a reviewer doubts, a surplus."""

import io

import pytest
from pypdf import PdfReader

from domain.access.roles import Role
from tests.books import Line
from tests.starter.refund.shop import SUBSCRIPTION, Case, Shop, code_of, wrong_fields

LARGE = Line(25_000_000)
PART = {"lines": [{"line_no": 1, "amount": "50000.00"}]}


async def paid(case: Case) -> None:
    await case.until("paying")
    await case.until("completed")


async def paper(case: Case) -> str:
    answer = await case.client.get(f"{case.path}/statement.pdf")
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


async def test_an_invoice_above_the_limit_is_not_given_back_in_automatic_parts(shop: Shop) -> None:
    """250 000.00 in five requests of 50 000.00: one is automatic, the third needs an accountant."""
    number = await shop.invoice(LARGE)
    first = await (await shop.asked(number, **PART)).signed()
    assert (await first.by(Role.SPECIALIST, "acceptance")).json()["status"] == "paying"
    await first.until("completed")

    second = await shop.asked(number, **PART)
    assert await second.status() == "awaiting_specialist"
    proposal = (await second.read(shop.staff(Role.SPECIALIST)))["calculation"]
    assert proposal["specialist_reason"] == "above_limit"
    assert (proposal["sum"], proposal["others_of_invoice"]) == ("50000.00", "50000.00")
    entry = {**PART, "reason": "Не оказано"}
    assert (await second.by(Role.SPECIALIST, "calculation", entry)).status_code == 200
    await second.signed()
    assert (await second.by(Role.SPECIALIST, "acceptance")).json()["status"] == "paying"
    await second.until("completed")

    third = await shop.asked(number, **PART)
    assert (await third.by(Role.SPECIALIST, "calculation", entry)).status_code == 200
    await third.signed()
    accepted = await third.by(Role.SPECIALIST, "acceptance")
    assert accepted.json()["status"] == "awaiting_approval"
    told = (await third.read(shop.staff(Role.ACCOUNTANT)))["timeline"][-1]
    assert told["reason_code"] == "above_limit"
    assert (await third.by(Role.ACCOUNTANT, "approval")).json()["status"] == "paying"


async def test_a_reviewer_sends_an_automatic_sum_back_and_the_signed_paper_counts_no_more(
    shop: Shop,
) -> None:
    case = await (await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")).signed()
    shown = [one["action"] for one in (await case.read(shop.staff(Role.SPECIALIST)))["actions"]]
    assert shown == ["accept", "return_statement", "recalculate", "decline"]
    sent_back = await case.by(Role.SPECIALIST, "recalculation", {"reason": "Был выезд инженера"})
    assert (sent_back.status_code, sent_back.json()["status"]) == (200, "awaiting_specialist")
    assert sent_back.json()["amount"] is None
    found = await case.read()
    assert (found["statement"], found["amount"]) == (None, None)
    row = found["timeline"][-1]
    assert (row["by"], row["reason"]) == ("specialist", "Был выезд инженера")
    early = await case.client.get(f"{case.path}/statement.pdf")
    assert (early.status_code, code_of(early)) == (409, "calculation_not_ready")

    entry = {
        "lines": [{"line_no": 1, "amount": "9693.55"}],
        "deductions": [{"amount": "693.55", "reason": "Выезд инженера"}],
        "reason": "По акту № 7",
    }
    calculated = await case.by(Role.SPECIALIST, "calculation", entry)
    assert calculated.json()["amount"] == "9000.00"
    draft = await paper(case)
    assert "Удержано 3 200,50 ₽" in draft
    assert "К возврату 9 000,00 ₽" in draft
    nothing = await case.client.post(f"{case.path}/statement/code")
    assert (nothing.status_code, code_of(nothing)) == (409, "statement_not_ready")
    await case.signed()
    assert (await case.by(Role.SPECIALIST, "acceptance")).json()["status"] == "paying"


async def test_a_reviewer_may_refuse_an_automatic_sum_with_a_reason(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    declined = await case.by(Role.SPECIALIST, "decline", {"reason": "Услуга оказана полностью"})
    assert (declined.status_code, declined.json()["status"]) == (200, "declined")
    last = (await case.read())["timeline"][-1]
    assert (last["by"], last["reason"]) == ("specialist", "Услуга оказана полностью")


async def surplus_of(shop: Shop, kopecks: int) -> Case:
    number = shop.books.invoice(Line(100_000), paid=(100_000 + kopecks,), method="bank_transfer")
    return await shop.asked(number, surplus=True)


async def test_a_large_surplus_needs_a_specialist_and_an_accountant(shop: Shop) -> None:
    case = await surplus_of(shop, 15_000_000)
    assert await case.status() == "awaiting_specialist"
    one, other = shop.staff(Role.SPECIALIST, "ivanova"), shop.staff(Role.ACCOUNTANT, "ivanova")
    proposal = (await case.read(one))["calculation"]
    assert (proposal["specialist_reason"], proposal["sum"]) == ("above_limit", "150000.00")
    calculated = await one.post(f"{case.path}/calculation", {"reason": "Сверено с выпиской"})
    assert (calculated.status_code, calculated.json()["amount"]) == (200, "150000.00")
    await case.signed()
    accepted = await case.by(Role.SPECIALIST, "acceptance")
    assert accepted.json()["status"] == "awaiting_approval"
    assert code_of(await other.post(f"{case.path}/approval")) == "same_person"
    assert (await case.by(Role.ACCOUNTANT, "approval")).json()["status"] == "paying"


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        ({"lines": [{"line_no": 1, "amount": "1.00"}]}, {"/lines/0/line_no": "lines_unknown"}),
        (
            {"deductions": [{"amount": "150000.00", "reason": "Всё"}]},
            {"/lines": "sum_not_positive"},
        ),
    ],
)
async def test_a_surplus_is_calculated_without_lines(
    shop: Shop, entry: dict[str, object], wrong: dict[str, str]
) -> None:
    case = await surplus_of(shop, 15_000_000)
    answer = await case.by(Role.SPECIALIST, "calculation", {**entry, "reason": "Сверено"})
    assert wrong_fields(answer) == wrong


async def test_of_an_invoice_paid_in_part_what_was_used_is_kept_first(shop: Shop) -> None:
    """Half is paid and half is used: 16.44 goes back, and the paper says why."""
    year = Line(1_200_000, "subscription", {**SUBSCRIPTION.columns, "vat_rate": "vat22"})
    number = shop.books.invoice(year, paid=(600_000,), method="bank_transfer")
    client, day = shop.client_of(number), "2026-07-02"
    shop.books.connection.execute(
        "UPDATE invoices SET issued_on = '2026-01-01' WHERE number = %s", [number]
    )
    seen = (await client.get(f"/v1/invoices/{number}/refundable", stopped_on=day)).json()
    assert (seen["amount"], seen["due"], seen["paid"]) == ("16.44", "12000.00", "6000.00")
    assert seen["used"] == "5983.56"
    case = await shop.asked(number, stopped_on=day)
    found = await case.read()
    assert (found["status"], found["amount"]) == ("awaiting_statement", "16.44")
    assert found["calculation"]["withheld"] == "5983.56"
    await case.drawn_up()
    said = await paper(case)
    for row in (
        "Стоимость по счёту 12 000,00 ₽",
        "Оплачено 6 000,00 ₽",
        "Использовано 5 983,56 ₽",
        "Удержано 5 983,56 ₽",
        "К возврату 16,44 ₽",
        "в том числе НДС 22 % 2,96 ₽",
    ):
        assert row in said, said
    assert "−" not in said
