"""Fiscal receipts: of a partial refund, the closing one, and a failing one that stops no money."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.receipt.receipt import ReceiptActivities
from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from domain.card.card_payment import CardStatus
from domain.receipt.receipt import ReceiptRound
from gateways.acquirer import AcquirerGateway
from tests.starter.broken_invariants import behind_the_back
from tests.starter.card.test_card_payment import asked
from tests.starter.refund.shop import SUBSCRIPTION, Case, Shop, code_of

PATH = "/v1/receipts"
WITH_VAT = replace(SUBSCRIPTION, columns={**SUBSCRIPTION.columns, "vat_rate": "vat22"})
WORD = {"reason": "Чек коррекции пробит на кассе 24.11."}


async def a_round(shop: Shop, database: Database) -> None:
    """What the schedule does every hour."""
    settings = shop.settings
    acquirer = AcquirerGateway(
        settings.acquirer_url, settings.acquirer_shop_id, settings.acquirer_secret_key
    )
    try:
        steps = ReceiptActivities(database, acquirer)
        await ActivityEnvironment().run(steps.round, ReceiptRound(datetime.now(UTC)))
    finally:
        await acquirer.aclose()


async def partly_refunded(shop: Shop, *rules: dict[str, Any]) -> tuple[Case, str]:
    """9 693.55 of a card payment of 12 200.50 went back; the acquirer's payment."""
    case = await shop.opened(WITH_VAT, stopped_on="2026-03-17")
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments JOIN refunds r USING (invoice_number)"
        " WHERE r.id = %(id)s",
        id=case.id,
    )
    match = {"match": {"payment_id": payment.id}}
    await shop.acquirer.misbehave(*({**rule, **match} for rule in rules))
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    return case, payment.id


async def receipts_of(shop: Shop, invoice_number: str) -> list[dict[str, Any]]:
    answer = await shop.staff(Role.ACCOUNTANT).get(PATH, invoice_number=invoice_number)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_partial_refund_sends_its_receipt_and_its_state_is_read_back(
    shop: Shop, database: Database
) -> None:
    case, payment_id = await partly_refunded(shop)
    (refund,) = (await shop.acquirer.books(payment_id))["refunds"]
    sent = json.loads(refund["receipt_content"])
    (item,) = sent["items"]
    assert sent["customer"]["email"] == "buh@romashka.example"
    assert item["amount"]["value"] == "9693.55"
    assert (item["vat_code"], item["payment_mode"], item["payment_subject"]) == (
        12,
        "full_prepayment",
        "service",
    )
    number = case.id.split("-")[1]
    (kept,) = await receipts_of(shop, number)
    assert (kept["kind"], kept["status"], kept["amount"]) == ("refund", "prepared", "9693.55")
    await a_round(shop, database)
    (kept,) = await receipts_of(shop, number)
    assert (kept["status"], kept["title"]) == ("succeeded", "Чек выдан")
    assert (kept["refund_id"], kept["attempt"]) == (case.id, 1)
    invariant = (
        "a part that the acquirer was asked to give back has its receipt where the acquirer prints"
    )
    assert invariant not in {one.invariant async for one in differences(database)}
    behind_the_back(shop.books, "CREATE TABLE kept AS TABLE receipts; DELETE FROM receipts")
    found = [one async for one in differences(database) if one.invariant == invariant]
    behind_the_back(shop.books, "INSERT INTO receipts SELECT * FROM kept; DROP TABLE kept")
    assert any(case.id in one.found for one in found)


async def test_a_receipt_has_the_vat_that_the_statement_says(shop: Shop) -> None:
    number = await shop.invoice(WITH_VAT)
    recorded = f"UPDATE payments SET vat_rate = 'vat20' WHERE invoice_number = '{number}'"  # noqa: S608
    behind_the_back(shop.books, recorded)
    case = await shop.asked(number, stopped_on="2026-03-17")
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    (line,) = (await case.read())["calculation"]["lines"]
    (receipt,) = await receipts_of(shop, number)
    assert [item["vat_rate"] for item in receipt["items"]] == [line["vat_rate"]] == ["vat20"]


async def test_a_failing_receipt_is_an_accountants_and_blocks_no_money(
    shop: Shop, database: Database
) -> None:
    case, payment_id = await partly_refunded(shop, {"kind": "receipt_fails"})
    assert await shop.acquirer.debits(payment_id) == 1
    for _ in range(2):
        await a_round(shop, database)
    number = case.id.split("-")[1]
    (failed,) = await receipts_of(shop, number)
    assert failed["status"] == "failed"
    told = shop.books.rows(
        "SELECT role, channel FROM notifications WHERE template = 'staff_receipt_failed'"
        " AND params->>'receipt_id' = %(r)s ORDER BY channel",
        r=failed["id"],
    )
    assert [(row.role, row.channel) for row in told] == [
        ("accountant", "inbox"),
        ("accountant", "mail"),
    ]
    path = f"{PATH}/{failed['id']}/settlement"
    refused = await shop.staff(Role.OPERATOR).post(path, WORD)
    assert (refused.status_code, code_of(refused)) == (403, "forbidden")
    settled = await shop.staff(Role.ACCOUNTANT).post(path, WORD)
    assert (settled.status_code, settled.json()["status"]) == (200, "settled")
    assert (await shop.staff(Role.ACCOUNTANT).post(path, WORD)).status_code == 200
    late = await shop.staff(Role.ACCOUNTANT, "gromov").post(path, WORD)
    assert (late.status_code, code_of(late)) == (409, "receipt_not_failed")
    await a_round(shop, database)
    assert (await receipts_of(shop, number))[0]["status"] == "settled"


async def test_a_prepayment_is_closed_once_its_service_is_rendered(
    shop: Shop, database: Database
) -> None:
    card = await asked(shop)
    acquirer_id = await card.opened()
    await shop.acquirer.pay(acquirer_id)
    await shop.temporal.get_workflow_handle(card.handle.id).signal("acquirer_said")
    await card.until(CardStatus.PAID)
    await a_round(shop, database)
    assert await receipts_of(shop, card.invoice_number) == []  # the licence is not delivered yet
    shop.books.connection.execute(
        "UPDATE invoice_lines SET delivered_on = '2026-03-10' WHERE invoice_number = %s",
        [card.invoice_number],
    )
    for _ in range(2):
        await a_round(shop, database)
    (closed,) = await receipts_of(shop, card.invoice_number)
    assert (closed["kind"], closed["status"], closed["amount"]) == (
        "closing",
        "succeeded",
        "40000.00",
    )
    assert closed["items"][0]["rendered"] is True
    (printed,) = (await shop.acquirer.books(acquirer_id))["receipts"]
    content = json.loads(printed["content"])
    assert printed["id"] == closed["acquirer_receipt_id"]
    assert content["items"][0]["payment_mode"] == "full_payment"
    assert content["items"][0]["vat_code"] == 1
    assert content["settlements"][0]["amount"]["value"] == "40000.00"


async def test_what_was_deducted_from_a_refund_is_closed_as_rendered(
    shop: Shop, database: Database
) -> None:
    card = await asked(shop)
    await shop.acquirer.pay(await card.opened())
    await shop.temporal.get_workflow_handle(card.handle.id).signal("acquirer_said")
    await card.until(CardStatus.PAID)
    case = await shop.asked(card.invoice_number)
    await case.signed()
    await case.by(Role.SPECIALIST, "recalculation", {"reason": "Был выезд инженера"})
    deducted = {"amount": "1000.00", "reason": "Выезд инженера"}
    entry = {"lines": [{"line_no": 1, "amount": "40000.00"}], "deductions": [deducted]}
    sent = await case.by(Role.SPECIALIST, "calculation", {**entry, "reason": "по договору"})
    assert sent.status_code == 200, sent.text
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    await case.until("completed")
    shop.books.connection.execute(
        "UPDATE invoice_lines SET delivered_on = '2026-03-10' WHERE invoice_number = %s",
        [card.invoice_number],
    )
    await a_round(shop, database)
    kept = {one["kind"]: one["amount"] for one in await receipts_of(shop, card.invoice_number)}
    assert kept == {"refund": "39000.00", "closing": "1000.00"}


async def test_where_another_cash_desk_prints_nothing_is_asked_of_the_acquirer(
    shop: Shop, database: Database
) -> None:
    shop.books.connection.execute(
        "INSERT INTO policies (kind, version, document, valid_from, author)"
        " VALUES ('receipt', 2, '{\"printed_by\": \"elsewhere\"}', '2026-01-01', 'migration test')"
    )
    card = await asked(shop)
    await shop.acquirer.pay(await card.opened())
    await shop.temporal.get_workflow_handle(card.handle.id).signal("acquirer_said")
    await card.until(CardStatus.PAID)
    shop.books.connection.execute(
        "UPDATE invoice_lines SET delivered_on = '2026-03-10' WHERE invoice_number = %s",
        [card.invoice_number],
    )
    await a_round(shop, database)
    assert await receipts_of(shop, card.invoice_number) == []
