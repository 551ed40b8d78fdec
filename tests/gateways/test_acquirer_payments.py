"""Payments by the acquirer's page: asked for once, paid or not, told, and refundable after."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.billing.invoice import ProductKind
from domain.money import VatRate
from gateways.acquirer import (
    AcquirerError,
    AcquirerGateway,
    AcquirerPaymentStatus,
    AcquirerRefundStatus,
    AcquirerRefused,
    AcquirerTimeouts,
    AcquirerUnavailable,
    PaymentAnswer,
    PaymentOrder,
    ReceiptItem,
)
from gateways.acquirer.answers import MAX_PAGE_URL_LENGTH, decoded, understood_payment
from gateways.acquirer.requests import MAX_RECEIPT_ITEMS, payment_body
from tests.gateways.sandbox_acquirer import (
    SECRET_KEY,
    SHOP_ID,
    Rule,
    SandboxAcquirer,
    WebhookReceiver,
)

PENDING = AcquirerPaymentStatus.PENDING
SUCCEEDED = AcquirerPaymentStatus.SUCCEEDED
CANCELLED = AcquirerPaymentStatus.CANCELLED
UNRECOGNISED = AcquirerPaymentStatus.UNRECOGNISED
SUM = 1_220_00
ITEM = ReceiptItem("Подписка «Ёлка»", SUM, VatRate.VAT22, ProductKind.SUBSCRIPTION)
ORDER = PaymentOrder(
    amount_kopecks=SUM,
    description="Оплата по счёту № KP-2026-000123",
    return_url="https://shop.example/orders/7?back=1&x=<b>",
    email="buh@romashka.example",
    items=(ITEM,),
)


def new_key() -> str:
    return f"card-payment-{uuid4().hex}"


async def ask(gateway: AcquirerGateway, key: str) -> PaymentAnswer:
    return await gateway.create_payment(key, ORDER, {"order_id": "7"})


async def asked(gateway: AcquirerGateway) -> str:
    answer = await ask(gateway, new_key())
    assert answer.payment_id is not None
    return answer.payment_id


async def test_a_payment_is_asked_for_and_its_page_waits_for_the_payer(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    key = new_key()
    answer = await ask(gateway, key)
    assert (answer.status, answer.amount_kopecks, answer.key) == (PENDING, SUM, key)
    assert answer.confirmation_url == f"{acquirer.url}/pay/{answer.payment_id}"
    assert await gateway.find_payment(answer.payment_id or "") == answer


@pytest.mark.parametrize("method", ["bank_card", "sbp"])
async def test_a_paid_payment_says_by_what_and_when_and_can_be_refunded(
    method: str, gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id = await asked(gateway)
    await acquirer.pay(payment_id, method)
    paid = await gateway.find_payment(payment_id)
    assert (paid.status, paid.method, paid.confirmation_url) == (SUCCEEDED, method, None)
    assert paid.captured_at is not None
    assert paid.captured_at.tzinfo is UTC
    refund = await gateway.refund(new_key(), payment_id, SUM, "Возврат", {})
    assert refund.status is AcquirerRefundStatus.SUCCEEDED
    assert await acquirer.debits(payment_id) == 1


async def test_a_declined_payment_says_why_and_is_not_refundable(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id = await asked(gateway)
    await acquirer.decline(payment_id, "insufficient_funds")
    declined = await gateway.find_payment(payment_id)
    assert (declined.status, declined.reason) == (CANCELLED, "insufficient_funds")
    assert declined.party == "payment_network"
    with pytest.raises(AcquirerRefused):
        await gateway.refund(new_key(), payment_id, SUM, "Возврат", {})


async def test_a_payment_ends_once(gateway: AcquirerGateway, acquirer: SandboxAcquirer) -> None:
    payment_id = await asked(gateway)
    await acquirer.pay(payment_id)
    for choice in ("pay", "decline"):
        answer = await acquirer.admin.post(f"/payments/{payment_id}/{choice}", json={})
        assert answer.status_code == 409
    assert (await gateway.find_payment(payment_id)).status is SUCCEEDED


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        ({"kind": "answer_lost_after_execution"}, 1),
        ({"kind": "answer_lost_before_execution"}, 0),
        ({"kind": "server_error", "moment": "after"}, 1),
        ({"kind": "server_error", "moment": "before", "status": 503}, 0),
        ({"kind": "rate_limited"}, 0),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
async def test_silence_leaves_the_outcome_unknown_and_the_same_key_gives_the_one_payment(
    fault: Rule, made: int, gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    key = new_key()
    await acquirer.misbehave(
        {**fault, "times": 1, "match": {"operation": "create_payment", "key": key}}
    )
    with pytest.raises(AcquirerUnavailable) as silent:
        await ask(gateway, key)
    assert silent.value.outcome_unknown
    assert len(await acquirer.asked_under(key)) == made
    again = await ask(gateway, key)
    assert [row["id"] for row in await acquirer.asked_under(key)] == [again.payment_id]
    assert again.confirmation_url is not None


async def test_a_slow_answer_is_given_up_and_asked_for_again(acquirer: SandboxAcquirer) -> None:
    key = new_key()
    await acquirer.misbehave(
        {
            "kind": "slow",
            "seconds": 1,
            "times": 1,
            "match": {"operation": "create_payment", "key": key},
        }
    )
    hurried = AcquirerGateway(
        acquirer.url, SHOP_ID, SECRET_KEY, timeouts=AcquirerTimeouts(read=0.3)
    )
    try:
        with pytest.raises(AcquirerUnavailable):
            await ask(hurried, key)
        answer = await ask(hurried, key)
    finally:
        await hurried.aclose()
    assert [row["id"] for row in await acquirer.asked_under(key)] == [answer.payment_id]


async def test_a_request_at_202_has_no_page_yet_and_gets_it_under_the_same_key(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    key = new_key()
    rule = {"kind": "processing_then", "polls": 0, "times": 1}
    await acquirer.misbehave({**rule, "match": {"operation": "create_payment", "key": key}})
    first = await ask(gateway, key)
    assert (first.payment_id, first.status, first.confirmation_url) == (None, PENDING, None)
    second = await ask(gateway, key)
    assert (second.status, second.payment_id is None) == (PENDING, False)
    assert second.confirmation_url is not None


@pytest.mark.parametrize(
    ("ending", "status", "reason"),
    [
        ({"outcome": "succeeded"}, SUCCEEDED, None),
        ({"outcome": "cancelled", "reason": "3d_secure_failed"}, CANCELLED, "3d_secure_failed"),
    ],
)
async def test_a_pending_payment_may_end_by_itself(
    ending: dict[str, Any],
    status: AcquirerPaymentStatus,
    reason: str | None,
    gateway: AcquirerGateway,
    acquirer: SandboxAcquirer,
) -> None:
    key = new_key()
    rule = {"kind": "pending_then", "polls": 0, **ending}
    await acquirer.misbehave({**rule, "match": {"operation": "create_payment", "key": key}})
    pending = await ask(gateway, key)
    assert pending.status is PENDING
    ended = await gateway.find_payment(pending.payment_id or "")
    assert (ended.status, ended.reason) == (status, reason)


async def test_words_of_tomorrow_are_an_unrecognised_payment_not_a_crash(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    key = new_key()
    rule = {"kind": "unknown_enum", "times": 1}
    await acquirer.misbehave({**rule, "match": {"operation": "create_payment", "key": key}})
    strange = await ask(gateway, key)
    assert strange.status is UNRECOGNISED
    assert (await gateway.find_payment(strange.payment_id or "")).status is PENDING


async def test_a_key_reused_for_another_payment_is_refused_and_says_so(
    gateway: AcquirerGateway,
) -> None:
    key = new_key()
    await ask(gateway, key)
    with pytest.raises(AcquirerRefused) as refused:
        await gateway.create_payment(key, replace(ORDER, description="Другая"), {})
    assert refused.value.key_reused


async def test_an_unknown_payment_is_refused_not_invented(gateway: AcquirerGateway) -> None:
    with pytest.raises(AcquirerRefused) as refused:
        await gateway.find_payment(str(uuid4()))
    assert refused.value.code == "not_found"


# What is told.


@pytest.mark.parametrize(
    ("choice", "event"), [("pay", "payment.succeeded"), ("decline", "payment.canceled")]
)
async def test_an_end_is_told_once_with_our_key(
    choice: str,
    event: str,
    gateway: AcquirerGateway,
    acquirer: SandboxAcquirer,
    receiver: WebhookReceiver,
) -> None:
    key = new_key()
    payment_id = (await ask(gateway, key)).payment_id or ""
    await acquirer.tell(receiver.url_about(payment_id))
    await (acquirer.pay(payment_id) if choice == "pay" else acquirer.decline(payment_id))
    await receiver.heard(1)
    (told,) = receiver.told
    assert (told["event"], told["object"]["id"]) == (event, payment_id)
    assert understood_payment(told["object"]).key == key
    assert len((await acquirer.books(payment_id))["page_webhooks"]) == 1


async def test_an_end_may_be_told_twice_and_before_the_answer(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    key = new_key()
    match = {"operation": "create_payment", "key": key}
    await acquirer.tell(receiver.url)
    await acquirer.misbehave(
        {"kind": "pending_then", "seconds": 0, "match": match},
        {"kind": "early_webhook", "match": match},
        {"kind": "duplicate_webhook", "copies": 2, "match": match},
        {"kind": "answer_lost_after_execution", "times": 1, "match": match},
    )
    with pytest.raises(AcquirerUnavailable):
        await ask(gateway, key)
    assert [told["event"] for told in receiver.told] == ["payment.succeeded"] * 2
    assert (await ask(gateway, key)).status is SUCCEEDED


async def test_a_late_end_is_not_told_at_once(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    key = new_key()
    match = {"operation": "create_payment", "key": key}
    await acquirer.tell(receiver.url)
    await acquirer.misbehave({"kind": "late_webhook", "seconds": 600, "match": match})
    payment_id = (await ask(gateway, key)).payment_id or ""
    await acquirer.pay(payment_id)
    (webhook,) = (await acquirer.books(payment_id))["page_webhooks"]
    assert (webhook["delivered"], webhook["waiting"]) == (0, 1)


async def test_a_sandbox_that_is_killed_forgets_neither_payments_nor_their_keys(
    start_acquirer: Callable[..., SandboxAcquirer],
) -> None:
    key, killed = new_key(), start_acquirer()
    gateway = AcquirerGateway(killed.url, SHOP_ID, SECRET_KEY)
    payment_id = (await ask(gateway, key)).payment_id or ""
    await gateway.aclose()
    await killed.kill()
    revived = start_acquirer("--page-url", "https://pay.example/")
    gateway = AcquirerGateway(revived.url, SHOP_ID, SECRET_KEY)
    try:
        again = await ask(gateway, key)
    finally:
        await gateway.aclose()
    assert again.payment_id == payment_id
    assert again.confirmation_url == f"https://pay.example/pay/{payment_id}"


# The page.


async def test_a_payer_sees_what_is_paid_for_and_pays(gateway: AcquirerGateway) -> None:
    answer = await ask(gateway, new_key())
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        page = await browser.get(answer.confirmation_url or "")
        assert page.status_code == 200
        for said in ("1&nbsp;220,00&nbsp;₽", ORDER.description, ITEM.title, "Оплатить"):
            assert said in page.text
        form = {"choice": "pay", "method": "sbp"}
        paid = await browser.post(answer.confirmation_url or "", data=form)
    assert "Оплачено" in paid.text
    assert 'href="https://shop.example/orders/7?back=1&amp;x=&lt;b&gt;"' in paid.text
    found = await gateway.find_payment(answer.payment_id or "")
    assert (found.status, found.method) == (SUCCEEDED, "sbp")


async def test_a_payer_may_decline_and_nothing_else_ends_a_payment(
    gateway: AcquirerGateway,
) -> None:
    answer = await ask(gateway, new_key())
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as browser:
        for form in ({}, {"choice": "pay"}, {"choice": "pay", "method": "cash"}, {"choice": "?"}):
            still = await browser.post(answer.confirmation_url or "", data=form)
            assert "Оплатить" in still.text
        gone = await browser.post(answer.confirmation_url or "", data={"choice": "decline"})
    assert "Платёж отменён" in gone.text
    found = await gateway.find_payment(answer.payment_id or "")
    assert (found.status, found.reason) == (CANCELLED, "general_decline")


async def test_an_unknown_page_is_not_found(acquirer: SandboxAcquirer) -> None:
    async with httpx2.AsyncClient(trust_env=False) as browser:
        assert (await browser.get(f"{acquirer.url}/pay/{uuid4()}")).status_code == 404


# What is asked.


def test_a_receipt_says_a_prepayment_at_the_estimated_rate() -> None:
    rates = {rate: replace(ITEM, vat_rate=rate) for rate in VatRate}
    many = replace(ORDER, amount_kopecks=SUM * len(rates), items=tuple(rates.values()))
    body = decoded(200, payment_body("k", many, {}))
    assert isinstance(body["receipt"], dict)
    items = body["receipt"]["items"]
    assert [item["vat_code"] for item in items] == [1, 9, 10, 5, 6, 12]
    assert {item["payment_mode"] for item in items} == {"full_prepayment"}
    assert body["receipt"]["customer"] == {"email": ORDER.email}
    assert body["capture"] is True


def test_what_is_too_long_is_cut_and_a_repeat_is_the_same_bytes() -> None:
    long = replace(ORDER, description="О" * 500, items=(replace(ITEM, title="П" * 300),))
    body = decoded(200, payment_body("k", long, {}))
    assert isinstance(body["description"], str)
    assert len(body["description"]) == 128
    assert payment_body("k", long, {}) == payment_body("k", long, {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"items": ()},
        {"amount_kopecks": 0, "items": (replace(ITEM, amount_kopecks=0),)},
        {"amount_kopecks": SUM + 1},
        {"amount_kopecks": SUM * 81, "items": (ITEM,) * (MAX_RECEIPT_ITEMS + 1)},
    ],
)
def test_a_payment_that_could_not_be_right_is_not_asked_for(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="payment"):
        payment_body("k", replace(ORDER, **wrong), {})


def test_a_payment_shows_nothing_personal_when_it_is_logged() -> None:
    assert "romashka" not in repr(ORDER)


# What is answered.

GOOD: dict[str, Any] = {
    "id": "p-1",
    "status": "pending",
    "amount": {"value": "100.50", "currency": "RUB"},
    "confirmation": {"type": "redirect", "confirmation_url": "https://pay.example/p-1"},
}


@pytest.mark.parametrize(
    "url",
    [
        None,
        7,
        "javascript:alert(1)",
        "https://pay.example/a b",
        "https://pay.example/\n",
        "https://" + "a" * MAX_PAGE_URL_LENGTH,
    ],
)
def test_a_page_that_no_browser_should_be_sent_to_is_none(url: object) -> None:
    assert understood_payment(GOOD).confirmation_url == "https://pay.example/p-1"
    strange = {**GOOD, "confirmation": {"confirmation_url": url}}
    assert understood_payment(strange).confirmation_url is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(damage=st.dictionaries(st.sampled_from([*GOOD, "payment_method", "captured_at"]), JSON))
def test_any_damage_is_an_answer_or_an_error_of_ours(damage: dict[str, Any]) -> None:
    try:
        answer = understood_payment({**GOOD, **damage})
    except AcquirerError:
        return
    assert answer.payment_id
    assert answer.amount_kopecks > 0
