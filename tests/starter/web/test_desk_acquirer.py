"""Differences with the acquirer and fiscal receipts, as an accountant decides them at the desk."""

from db.database import Database
from domain.access.roles import Role
from tests.books import Line
from tests.starter.receipt.test_receipts import a_round, partly_refunded
from tests.starter.reconciliation.test_acquirer_difference import compared, of_payment
from tests.starter.refund.shop import Shop
from tests.starter.web.browser import Browser

DIFFERENCES, RECEIPTS = "/desk/differences", "/desk/receipts"
HOSTILE = '"><script>alert(1)</script>'


async def test_a_difference_is_decided_once_with_a_reason(
    shop: Shop, database: Database, customer: Browser
) -> None:
    number = await shop.invoice(Line(100_000))
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    await shop.acquirer.give_back(payment.id, "250.00")
    await compared(shop, database)
    (found,) = await of_payment(shop, payment.id)
    await customer.log_in(Role.ACCOUNTANT, login="gromov")
    page = await customer.get(DIFFERENCES)
    assert found["found"] in page.words
    path = f"{DIFFERENCES}/{found['id']}/decision"
    key = {"idempotency_key": page.form(path)["idempotency_key"]}
    silent = await customer.send(path, key)
    assert (silent.status, f'id="reason-{found["id"]}-error"' in silent.html) == (422, True)
    said = {**key, f"reason-{found['id']}": HOSTILE}
    assert (await customer.send(path, said)).leads_to == DIFFERENCES
    assert found["found"] not in (await customer.get(DIFFERENCES)).words
    decided = await customer.get(f"{DIFFERENCES}?decided=true")
    assert "gromov" in decided.words
    assert "<script>alert" not in decided.html
    late = await customer.send(path, {**said, "idempotency_key": "2", f"reason-{found['id']}": "x"})
    assert late.status == 409


async def test_an_operator_reads_differences_and_decides_none(
    shop: Shop, database: Database, customer: Browser
) -> None:
    number = await shop.invoice(Line(100_000))
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    await shop.acquirer.give_back(payment.id, "120.00")
    await compared(shop, database)
    (found,) = await of_payment(shop, payment.id)
    await customer.log_in(Role.OPERATOR)
    page = await customer.get(DIFFERENCES)
    assert found["found"] in page.words
    assert "/decision" not in page.html
    path = f"{DIFFERENCES}/{found['id']}/decision"
    assert (await customer.send(path, {"idempotency_key": "o"})).status == 403


async def test_a_failed_receipt_is_settled_otherwise(
    shop: Shop, database: Database, customer: Browser
) -> None:
    case, _ = await partly_refunded(shop, {"kind": "receipt_fails"})
    await a_round(shop, database)
    await customer.log_in(Role.ACCOUNTANT, login="gromov")
    page = await customer.get(RECEIPTS)
    assert case.id in page.html
    path = f"{RECEIPTS}/" + page.html.split(case.id)[-1].split(f"{RECEIPTS}/")[1].split("/")[0]
    form = page.form(f"{path}/settlement")
    silent = await customer.send(f"{path}/settlement", form)
    assert silent.status == 422
    name = f"reason-{path.rpartition('/')[2]}"
    said = {**form, name: "Пробит на кассе 24.11."}
    assert (await customer.send(f"{path}/settlement", said)).leads_to == RECEIPTS
    assert case.id not in (await customer.get(RECEIPTS)).html
    settled = await customer.get(f"{RECEIPTS}?status=settled")
    assert "Пробит на кассе 24.11." in settled.words
