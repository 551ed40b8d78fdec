"""Where the money goes is told before the signature and after the payment: card, SBP or account."""

import io

import pytest
from pypdf import PdfReader

from domain.access.roles import Role
from tests.starter.refund.shop import SUBSCRIPTION, Case, Shop
from texts.notification import params_of


async def paid_by(shop: Shop, kind: str, method: str) -> Case:
    """A case of an invoice of such a client, paid so."""
    number = await shop.invoice(SUBSCRIPTION)
    acquired = "acquirer_payment_id" if method != "bank_transfer" else "NULL"
    shop.books.connection.execute("SET session_replication_role = replica")
    shop.books.connection.execute(
        f"UPDATE payments SET method = %s, acquirer_payment_id = {acquired}"  # noqa: S608
        " WHERE invoice_number = %s",
        (method, number),
    )
    shop.books.connection.execute("SET session_replication_role = origin")
    shop.books.connection.execute(
        "UPDATE clients SET kind = %s WHERE id ="
        " (SELECT client_id FROM invoices WHERE number = %s)",
        (kind, number),
    )
    return await shop.asked(number, stopped_on="2026-03-17")


async def paper_of(case: Case) -> str:
    answer = await case.client.get(f"{case.path}/statement.pdf")
    assert answer.status_code == 200, answer.text
    pages = PdfReader(io.BytesIO(answer.content)).pages
    text = " ".join(page.extract_text().replace("\u200b", "") for page in pages)
    return " ".join(text.split())


def letter_of(case: Case, template: str) -> str:
    """Where a letter to the client says that the money goes."""
    row = case.shop.books.row(
        "SELECT *, NULL AS client_name FROM notifications WHERE case_id = %(c)s"
        " AND template = %(t)s AND channel = 'mail'",
        c=case.id,
        t=template,
    )
    return str(params_of(row, "", "ru")["way"])


@pytest.mark.parametrize(
    ("kind", "method", "way", "signed", "told"),
    [
        (
            "company",
            "bank_card",
            "card",
            "на банковскую карту, с которой они уплачены, а если вернуть их на карту нельзя — по",
            "на банковскую карту, с которой вы оплатили счёт",
        ),
        (
            "individual",
            "sbp",
            "sbp",
            "через Систему быстрых платежей на счёт, с которого они уплачены, а если вернуть",
            "через Систему быстрых платежей на счёт, с которого вы оплатили",
        ),
        (
            "company",
            "sbp",  # final there for a business
            "account",
            "копеек) по реквизитам, указанным в настоящем заявлении.",
            "на счёт по реквизитам из вашего заявления",
        ),
        (
            "company",
            "bank_transfer",
            "account",
            "копеек) по реквизитам, указанным в настоящем заявлении.",
            "на счёт по реквизитам из вашего заявления",
        ),
    ],
)
async def test_the_way_is_named_before_the_signature_and_in_the_letters(
    shop: Shop, kind: str, method: str, way: str, signed: str, told: str
) -> None:
    case = await paid_by(shop, kind, method)
    assert (await case.read())["way"] == way
    assert signed in await paper_of(case)
    if kind == "company":
        await case.signed()
        assert signed in await paper_of(case)
        await case.by(Role.SPECIALIST, "acceptance")
        assert letter_of(case, "refund_paying") == told
        assert (await case.read())["payouts"][0]["way"] == way
    if way == "card":
        await case.until("completed")
        assert letter_of(case, "refund_completed") == told
    assert (await case.read())["way"] == way


async def test_a_refused_card_foretells_the_account(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments JOIN refunds r USING (invoice_number)"
        " WHERE r.id = %(id)s",
        id=case.id,
    )
    refused = {"kind": "cancel", "reason": "rejected_by_payee"}
    await shop.acquirer.misbehave({**refused, "match": {"payment_id": payment.id}})
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("awaiting_statement")
    found = await case.read()
    assert (found["way"], found["way_title"]) == ("account", "на счёт по реквизитам из заявления")
    await case.client.post(f"{case.path}/withdrawal")
    assert (await case.read())["way"] is None
