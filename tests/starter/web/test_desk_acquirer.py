"""Differences with the acquirer and fiscal receipts, as an accountant decides them at the desk."""

import re

from db.database import Database
from domain.access.roles import Role
from starter.web.desk.following import NEXT
from tests.books import Line
from tests.starter.receipt.test_receipts import a_round, partly_refunded
from tests.starter.reconciliation.test_acquirer_difference import compared, of_payment
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser

DIFFERENCES, RECEIPTS = "/desk/differences", "/desk/receipts"
HOSTILE = '"><script>alert(1)</script>'


async def differing(shop: Shop, database: Database, amount: str) -> dict[str, str]:
    """A difference: the acquirer gave a part of a payment back by itself."""
    number = await shop.invoice(Line(100_000))
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    await shop.acquirer.give_back(payment.id, amount)
    await compared(shop, database)
    (found,) = await of_payment(shop, payment.id)
    return {"id": found["id"], "found": found["found"], "invoice": number, "payment": payment.id}


async def test_a_difference_is_decided_once_with_a_reason(
    shop: Shop, database: Database, customer: Browser
) -> None:
    found = await differing(shop, database, "250.00")
    await customer.log_in(Role.ACCOUNTANT, login="gromov")
    path = f"{DIFFERENCES}/{found['id']}"
    listed = await customer.get(DIFFERENCES)
    assert found["found"] in listed.words
    assert f'href="{path}"' in listed.html
    page = await customer.get(path)
    for known in (found["invoice"], found["payment"], "1 000,00", "ничего не возвращали"):
        assert known in page.words.replace("\xa0", " "), known
    form = page.form(f"{path}/decision")
    del form[NEXT]
    silent = await customer.send(f"{path}/decision", {**form, "reason": " "})
    assert (silent.status, 'id="reason-error"' in silent.html) == (422, True)
    said = {**form, "reason": HOSTILE}
    assert (await customer.send(f"{path}/decision", said)).leads_to == path
    assert found["found"] not in (await customer.get(DIFFERENCES)).words
    decided = await customer.get(path)
    assert ("gromov" in decided.words, "<script>alert" in decided.html) == (True, False)
    assert "/decision" not in decided.html
    late = await customer.send(f"{path}/decision", {"idempotency_key": "2", "reason": "x"})
    assert (late.status, "gromov" in late.words) == (409, True)


async def test_after_a_difference_is_decided_the_next_one_follows(
    shop: Shop, database: Database, customer: Browser
) -> None:
    first, second = [await differing(shop, database, amount) for amount in ("11.00", "12.00")]
    await customer.log_in(Role.ACCOUNTANT, login="gromov")
    path = f"{DIFFERENCES}/{second['id']}"
    form = (await customer.get(path)).form(f"{path}/decision")
    led = await customer.send(
        f"{path}/decision", {**form, "reason": "Вернули в кассе", NEXT: "yes"}
    )
    assert led.leads_to.startswith(f"{DIFFERENCES}/")
    assert led.leads_to != path
    assert "Следующее в очереди" in (await customer.get(path)).words
    assert (await customer.get(f"{DIFFERENCES}/{first['id']}")).status == 200


async def test_an_operator_reads_differences_and_decides_none(
    shop: Shop, database: Database, customer: Browser
) -> None:
    found = await differing(shop, database, "120.00")
    await customer.log_in(Role.OPERATOR)
    path = f"{DIFFERENCES}/{found['id']}"
    page = await customer.get(path)
    assert found["found"] in page.words
    assert "/decision" not in page.html
    assert "Решает бухгалтер: у вашей роли этого права нет" in page.words
    assert (await customer.send(f"{path}/decision", {"idempotency_key": "o"})).status == 403


async def test_a_failed_receipt_is_settled_otherwise_and_the_next_one_follows(
    shop: Shop, database: Database, customer: Browser
) -> None:
    cases = [(await partly_refunded(shop, {"kind": "receipt_fails"}))[0] for _ in range(2)]
    await a_round(shop, database)
    await customer.log_in(Role.ACCOUNTANT, login="gromov")
    page = await customer.get(RECEIPTS)
    assert all(case.id in page.html for case in cases)
    failed = set(re.findall(rf'href="({RECEIPTS}/[0-9a-f-]{{36}})"', page.html))
    case = cases[0]
    (path,) = [one for one in failed if case.id in (await customer.get(one)).html]
    page = await customer.get(path)
    assert "предоплата" in page.words
    form = page.form(f"{path}/settlement")
    silent = await customer.send(f"{path}/settlement", form)
    assert (silent.status, 'id="reason-error"' in silent.html) == (422, True)
    said = {**form, "reason": "Пробит на кассе 24.11.", NEXT: "yes"}
    assert (await customer.send(f"{path}/settlement", said)).leads_to in failed - {path}
    assert case.id not in (await customer.get(RECEIPTS)).html
    settled = await customer.get(path)
    assert "Пробит на кассе 24.11." in settled.words
    assert "Следующее в очереди" in settled.words
    await customer.log_in(Role.OPERATOR)
    assert "/settlement" not in (await customer.get(path)).html
