"""The acquirer gateway against the real sandbox process, honest and at its worst."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC
from uuid import uuid4

import pytest

from domain.payout.acquirer_refusal import WhoseMatter, whose_matter
from domain.payout.payout import Channel
from gateways.acquirer import (
    AcquirerCredentialsRefused,
    AcquirerGateway,
    AcquirerRefundStatus,
    AcquirerRefused,
    AcquirerTimeouts,
    AcquirerUnavailable,
    RefundAnswer,
)
from tests.gateways.sandbox_acquirer import (
    LONG_AGO,
    SECRET_KEY,
    SHOP_ID,
    Rule,
    SandboxAcquirer,
    WebhookReceiver,
    eventually,
    receipt_over,
)

PENDING = AcquirerRefundStatus.PENDING
SUCCEEDED = AcquirerRefundStatus.SUCCEEDED
CANCELLED = AcquirerRefundStatus.CANCELLED
HURRIED = AcquirerTimeouts(read=0.2)
SUM = 10_050


def new_key() -> str:
    return f"refund-{uuid4().hex}/1"


async def ask(
    gateway: AcquirerGateway, payment_id: str, key: str, amount_kopecks: int = SUM
) -> RefundAnswer:
    return await gateway.refund(
        key,
        payment_id,
        amount_kopecks,
        "Возврат по счёту",
        {"case": "7"},
        receipt_over(amount_kopecks),
    )


async def test_a_refund_is_answered_and_the_money_moves_once(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    answer = await ask(gateway, payment_id, key)
    assert (answer.status, answer.amount_kopecks) == (SUCCEEDED, SUM)
    assert (answer.payment_id, answer.key) == (payment_id, key)
    assert (answer.reason, answer.party) == (None, None)
    assert re.fullmatch(r"[0-9]{12}", answer.rrn or "")
    assert answer.created_at is not None
    assert answer.created_at.tzinfo is UTC
    entry = (await acquirer.books(payment_id))["keys"][key]
    assert (entry["debits"], entry["debited_kopecks"]) == (1, SUM)


async def test_the_same_key_and_request_answer_with_the_same_refund(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    assert await ask(gateway, payment_id, key) == await ask(gateway, payment_id, key)
    assert await acquirer.debits(payment_id) == 1


async def test_fifty_equal_requests_at_once_move_money_once(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    answers = await asyncio.gather(*(ask(gateway, payment_id, key) for _ in range(50)))
    assert len(set(answers)) == 1
    assert await acquirer.debits(payment_id) == 1


async def test_a_key_reused_for_another_request_is_refused_and_says_so(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await ask(gateway, payment_id, key)
    with pytest.raises(AcquirerRefused) as refused:
        await ask(gateway, payment_id, key, SUM + 1)
    assert refused.value.key_reused
    assert whose_matter(Channel.ACQUIRER, refused.value.code) is WhoseMatter.OURS
    assert await acquirer.debits(payment_id) == 1


async def test_partial_refunds_add_up_to_the_payment_and_no_further(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id = await acquirer.payment("100.00")
    await ask(gateway, payment_id, new_key(), 9_999)
    with pytest.raises(AcquirerRefused) as refused:
        await ask(gateway, payment_id, new_key(), 2)
    assert refused.value.parameter == "amount.value"
    assert whose_matter(Channel.ACQUIRER, refused.value.code) is WhoseMatter.OURS
    await ask(gateway, payment_id, new_key(), 1)
    assert (await acquirer.books(payment_id))["payments"][payment_id]["debited_kopecks"] == 10_000


@pytest.mark.parametrize(
    "payment",
    [{"captured_at": LONG_AGO}, {"method": "b2b_sberbank"}],
    ids=["too old", "a method that takes nothing back"],
)
async def test_a_payment_that_cannot_be_refunded_is_left_to_the_bank(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, payment: dict[str, str]
) -> None:
    payment_id = await acquirer.payment(**payment)
    with pytest.raises(AcquirerRefused) as refused:
        await ask(gateway, payment_id, new_key())
    assert whose_matter(Channel.ACQUIRER, refused.value.code) is WhoseMatter.ANOTHER_WAY
    assert await acquirer.debits(payment_id) == 0


async def test_an_unknown_payment_is_refused_and_not_left_to_the_bank(
    gateway: AcquirerGateway,
) -> None:
    with pytest.raises(AcquirerRefused) as refused:
        await ask(gateway, str(uuid4()), new_key())
    assert refused.value.code == "not_found"
    assert refused.value.is_unknown_there
    assert whose_matter(Channel.ACQUIRER, refused.value.code) is WhoseMatter.OURS


async def test_wrong_credentials_are_an_operators_matter_and_leak_no_secret(
    acquirer: SandboxAcquirer,
) -> None:
    payment_id = await acquirer.payment()
    stranger = AcquirerGateway(acquirer.url, SHOP_ID, "guessed-secret")
    with pytest.raises(AcquirerCredentialsRefused) as refused:
        await ask(stranger, payment_id, new_key())
    await stranger.aclose()
    assert "guessed-secret" not in repr(refused.value)
    assert await acquirer.debits(payment_id) == 0


async def test_an_answer_lost_after_execution_is_looked_up_and_paid_once(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.misbehave({"kind": "answer_lost_after_execution"})
    with pytest.raises(AcquirerUnavailable) as lost:
        await ask(gateway, payment_id, key)
    assert lost.value.outcome_unknown
    found = await gateway.find_refund(payment_id, key)
    assert found is not None
    assert (found.status, found.amount_kopecks, found.key) == (SUCCEEDED, SUM, key)
    assert found == await gateway.refund_by_id(found.refund_id or "")
    assert await acquirer.debits(payment_id) == 1


async def test_an_answer_lost_before_execution_is_not_found_and_the_repeat_pays_once(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.misbehave({"kind": "answer_lost_before_execution", "times": 1})
    with pytest.raises(AcquirerUnavailable) as lost:
        await ask(gateway, payment_id, key)
    assert lost.value.outcome_unknown
    assert await gateway.find_refund(payment_id, key) is None
    assert (await ask(gateway, payment_id, key)).status is SUCCEEDED
    assert await acquirer.debits(payment_id) == 1


@pytest.mark.parametrize(
    ("fault", "debits"),
    [
        ({"kind": "server_error", "moment": "before"}, 0),
        ({"kind": "server_error", "moment": "after", "status": 503}, 1),
        ({"kind": "rate_limited"}, 0),
    ],
    ids=["5xx before", "5xx after", "429"],
)
async def test_a_server_in_trouble_leaves_the_outcome_unknown_and_a_repeat_pays_once(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, fault: Rule, debits: int
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.misbehave({**fault, "times": 1})
    with pytest.raises(AcquirerUnavailable) as unavailable:
        await ask(gateway, payment_id, key)
    assert unavailable.value.outcome_unknown
    assert await acquirer.debits(payment_id) == debits
    assert (await ask(gateway, payment_id, key)).status is SUCCEEDED
    assert await acquirer.debits(payment_id) == 1


async def test_money_may_move_behind_the_back_of_a_caller_that_timed_out(
    acquirer: SandboxAcquirer, gateway: AcquirerGateway
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.misbehave({"kind": "slow", "seconds": 0.5, "moment": "before"})
    hurried = AcquirerGateway(acquirer.url, SHOP_ID, SECRET_KEY, timeouts=HURRIED)
    with pytest.raises(AcquirerUnavailable) as silent:
        await ask(hurried, payment_id, key)
    await hurried.aclose()
    assert silent.value.outcome_unknown

    async def found() -> bool:
        return await gateway.find_refund(payment_id, key) is not None

    await eventually(found)
    assert await acquirer.debits(payment_id) == 1


async def test_a_slow_answer_within_the_limit_is_an_answer(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.misbehave({"kind": "slow", "seconds": 0.1})
    assert (await ask(gateway, payment_id, new_key())).status is SUCCEEDED


@pytest.mark.parametrize(
    ("outcome", "status", "reason", "debits"),
    [("succeeded", SUCCEEDED, None, 1), ("cancelled", CANCELLED, "rejected_by_payee", 0)],
)
async def test_a_pending_refund_is_polled_to_its_end(
    gateway: AcquirerGateway,
    acquirer: SandboxAcquirer,
    outcome: str,
    status: AcquirerRefundStatus,
    reason: str | None,
    debits: int,
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    rule = {"kind": "pending_then", "polls": 1, "outcome": outcome, "reason": "rejected_by_payee"}
    await acquirer.misbehave(rule)
    answer = await ask(gateway, payment_id, key)
    assert answer.status is PENDING
    refund_id = answer.refund_id or ""
    assert (await gateway.refund_by_id(refund_id)).status is PENDING
    assert await acquirer.debits(payment_id) == 0
    ended = await gateway.refund_by_id(refund_id)
    assert (ended.status, ended.reason) == (status, reason)
    assert await acquirer.debits(payment_id) == debits


async def test_a_pending_refund_may_end_by_itself_and_then_tells(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.tell(receiver.url_about(payment_id))
    await acquirer.misbehave({"kind": "pending_then", "seconds": 0.2})
    answer = await ask(gateway, payment_id, new_key())
    assert answer.status is PENDING
    await receiver.heard(1)
    assert receiver.refund_ids == [answer.refund_id]
    assert await acquirer.debits(payment_id) == 1


async def test_a_request_at_202_is_pending_without_an_id_and_no_lookup_sees_it_yet(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.misbehave({"kind": "processing_then", "polls": 1})
    first = await ask(gateway, payment_id, key)
    assert (first.status, first.refund_id, first.amount_kopecks) == (PENDING, None, SUM)
    assert await gateway.find_refund(payment_id, key) is None
    assert (await ask(gateway, payment_id, key)).refund_id is None
    last = await ask(gateway, payment_id, key)
    assert last.status is SUCCEEDED
    assert await gateway.find_refund(payment_id, key) == last
    assert await acquirer.debits(payment_id) == 1


async def test_a_cancelled_refund_has_its_reason_sends_no_webhook_and_frees_the_sum(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id, key = await acquirer.payment("100.50"), new_key()
    await acquirer.tell(receiver.url_about(payment_id))
    await acquirer.misbehave({"kind": "cancel", "times": 1})
    answer = await ask(gateway, payment_id, key)
    assert (answer.status, answer.reason) == (CANCELLED, "insufficient_funds")
    assert answer.party == "yoo_money"
    assert (await acquirer.books(payment_id))["webhooks"] == []
    assert await ask(gateway, payment_id, key) == answer
    assert (await ask(gateway, payment_id, key.replace("/1", "/2"))).status is SUCCEEDED
    assert await acquirer.debits(payment_id) == 1


async def test_words_and_fields_of_tomorrow_are_an_unrecognised_refund_not_a_crash(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.misbehave({"kind": "unknown_enum", "match": {"operation": "any"}})
    answer = await ask(gateway, payment_id, key)
    assert answer.status is AcquirerRefundStatus.UNRECOGNISED
    assert (answer.amount_kopecks, answer.reason) == (SUM, "reason_of_tomorrow")
    assert await gateway.find_refund(payment_id, key) == answer


@pytest.mark.parametrize(
    ("fault", "matter"),
    [
        ({"code": "not_supported"}, WhoseMatter.ANOTHER_WAY),
        ({"code": "invalid_request", "parameter": "payment_id"}, WhoseMatter.OURS),
        ({"code": "invalid_request", "parameter": "amount.value"}, WhoseMatter.OURS),
        ({"code": "code_of_tomorrow"}, WhoseMatter.OURS),
        ({"code": "not_found", "status": 404, "parameter": "payment_id"}, WhoseMatter.OURS),
    ],
)
async def test_a_refusal_says_whose_matter_it_is(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, fault: Rule, matter: WhoseMatter
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.misbehave({"kind": "refuse", **fault})
    with pytest.raises(AcquirerRefused) as refused:
        await ask(gateway, payment_id, new_key())
    assert refused.value.code == fault["code"]
    assert whose_matter(Channel.ACQUIRER, refused.value.code) is matter
    assert refused.value.description not in str(refused.value)
    assert await acquirer.debits(payment_id) == 0


async def test_a_lookup_reads_every_page(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id = await acquirer.payment("10.00")
    keys = [new_key() for _ in range(102)]
    for key in keys:
        await ask(gateway, payment_id, key, 1)
    oldest = await gateway.find_refund(payment_id, keys[0])
    assert oldest is not None
    assert oldest.key == keys[0]
    assert await gateway.find_refund(payment_id, new_key()) is None


async def test_a_lookup_that_fails_leaves_the_outcome_unknown(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.misbehave({"kind": "server_error", "match": {"operation": "list"}})
    with pytest.raises(AcquirerUnavailable) as failed:
        await gateway.find_refund(payment_id, new_key())
    assert failed.value.outcome_unknown


async def test_an_unknown_refund_is_refused_not_invented(gateway: AcquirerGateway) -> None:
    with pytest.raises(AcquirerRefused) as refused:
        await gateway.refund_by_id("../payments/1")
    assert refused.value.code in ("not_found", "unexplained")


async def test_a_success_is_told_once_with_the_refund_and_our_key(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id, key = await acquirer.payment(), new_key()
    await acquirer.tell(receiver.url_about(payment_id))
    answer = await ask(gateway, payment_id, key)
    await receiver.heard(1)
    told = receiver.told[0]
    assert (told["event"], told["object"]["id"]) == ("refund.succeeded", answer.refund_id)
    assert told["object"]["metadata"]["kopeyka_key"] == key
    assert len((await acquirer.books(payment_id))["webhooks"]) == 1


async def test_a_webhook_may_come_twice(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.tell(receiver.url_about(payment_id))
    await acquirer.misbehave({"kind": "duplicate_webhook", "copies": 2})
    answer = await ask(gateway, payment_id, new_key())
    await receiver.heard(2)
    assert receiver.refund_ids == [answer.refund_id] * 2
    assert await acquirer.debits(payment_id) == 1


async def test_a_webhook_may_come_before_the_answer(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.tell(receiver.url_about(payment_id))
    await acquirer.misbehave({"kind": "early_webhook"}, {"kind": "answer_lost_after_execution"})
    with pytest.raises(AcquirerUnavailable):
        await ask(gateway, payment_id, new_key())
    assert len(receiver.told) == 1
    assert (await gateway.refund_by_id(receiver.refund_ids[0])).status is SUCCEEDED


async def test_webhooks_may_come_late_and_so_in_another_order(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id = await acquirer.payment()
    await acquirer.tell(receiver.url_about(payment_id))
    await acquirer.misbehave(
        {"kind": "late_webhook", "seconds": 600, "match": {"nth": 1}},
        {"kind": "late_webhook", "seconds": 0.1, "match": {"nth": 2}},
    )
    first = await ask(gateway, payment_id, new_key())
    second = await ask(gateway, payment_id, new_key())
    await receiver.heard(1)
    assert receiver.refund_ids == [second.refund_id]
    waiting = {w["refund_id"]: w["waiting"] for w in (await acquirer.books(payment_id))["webhooks"]}
    assert waiting[first.refund_id] == 1


async def test_a_webhook_is_repeated_until_it_is_acknowledged(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer, receiver: WebhookReceiver
) -> None:
    payment_id = await acquirer.payment()
    receiver.refuse = 1
    await acquirer.tell(receiver.url_about(payment_id))
    answer = await ask(gateway, payment_id, new_key())
    await receiver.heard(1)
    assert receiver.refund_ids == [answer.refund_id]


async def test_the_nth_call_of_one_payment_can_be_chosen_and_a_chance_repeats_with_its_seed(
    gateway: AcquirerGateway, acquirer: SandboxAcquirer
) -> None:
    chosen, other = await acquirer.payment(), await acquirer.payment()
    third: Rule = {"kind": "rate_limited", "match": {"payment_id": chosen, "nth": 3}}
    await acquirer.misbehave(third)
    assert [await falls(gateway, chosen) for _ in range(5)] == [False, False, True, False, False]
    assert not any([await falls(gateway, other) for _ in range(5)])
    half: Rule = {"kind": "rate_limited", "match": {"probability": 0.5, "seed": 7}}
    runs = []
    for _ in range(2):
        await acquirer.misbehave(half)
        runs.append([await falls(gateway, other) for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {True, False}


async def falls(gateway: AcquirerGateway, payment_id: str) -> bool:
    try:
        await ask(gateway, payment_id, new_key(), 1)
    except AcquirerUnavailable:
        return True
    return False


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([{"kind": "meteorite"}], 400),
        ([{"kind": "slow"}], 400),
        ([{"kind": "slow", "seconds": 1e9}], 400),
        ([{"kind": "pending_then"}], 400),
        ([{"kind": "pending_then", "polls": 1, "seconds": 1}], 400),
        ([{"kind": "rate_limited", "match": {"nth": 0}}], 400),
        ([{"kind": "rate_limited", "oops": 1}], 400),
        ([{"kind": "rate_limited"}] * 101, 400),
        ([{"kind": "refuse", "code": "x" * 70_000}], 413),
    ],
)
async def test_rules_that_make_no_sense_are_refused_and_change_nothing(
    acquirer: SandboxAcquirer, rules: list[Rule], status: int
) -> None:
    await acquirer.misbehave({"kind": "early_webhook"})
    assert (await acquirer.admin.put("/faults", json=rules)).status_code == status
    in_force = (await acquirer.admin.get("/faults")).json()["rules"]
    assert [rule["kind"] for rule in in_force] == ["early_webhook"]
    assert (await acquirer.admin.delete("/faults")).status_code == 204
    assert (await acquirer.admin.get("/faults")).json()["rules"] == []


@pytest.mark.parametrize(
    ("key", "change", "status", "parameter"),
    [
        ("", {}, 400, "Idempotence-Key"),
        ("k" * 65, {}, 400, "Idempotence-Key"),
        ("k", {"amount": {"value": 1.0, "currency": "RUB"}}, 400, "amount.value"),
        ("k", {"amount": {"value": "1.005", "currency": "RUB"}}, 400, "amount.value"),
        ("k", {"amount": {"value": "0.00", "currency": "RUB"}}, 400, "amount.value"),
        ("k", {"amount": {"value": "1.00", "currency": "EUR"}}, 400, "amount.currency"),
        ("k", {"description": "d" * 251}, 400, "description"),
        ("k", {"metadata": {str(n): "" for n in range(17)}}, 400, "metadata"),
        ("k", {"payment_id": None}, 400, "payment_id"),
        ("k", {"padding": "x" * 70_000}, 413, None),
    ],
)
async def test_the_sandbox_is_as_strict_as_the_real_acquirer(
    acquirer: SandboxAcquirer, key: str, change: Rule, status: int, parameter: str | None
) -> None:
    payment_id = await acquirer.payment()
    body = {"payment_id": payment_id, "amount": {"value": "1.00", "currency": "RUB"}, **change}
    answer = await acquirer.admin.post(
        f"{acquirer.url}/v3/refunds",
        json=body,
        headers={"Idempotence-Key": key},
        auth=(SHOP_ID, SECRET_KEY),
    )
    assert (answer.status_code, answer.json().get("parameter")) == (status, parameter)
    assert await acquirer.debits(payment_id) == 0


async def test_a_payment_is_registered_once_and_never_changed(acquirer: SandboxAcquirer) -> None:
    body = {
        "id": str(uuid4()),
        "amount": "10.00",
        "method": "sbp",
        "captured_at": "2026-11-01T03:00:00+03:00",
    }
    changed = {**body, "amount": "10.01"}
    answers = [await acquirer.admin.post("/payments", json=one) for one in (body, body, changed)]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    wrong = await acquirer.admin.post("/payments", json={**body, "amount": 10.0})
    assert wrong.status_code == 400


async def test_a_sandbox_that_is_killed_forgets_neither_debits_nor_keys_nor_rules(
    start_acquirer: Callable[..., SandboxAcquirer],
) -> None:
    process = start_acquirer()
    payment_id, key = await process.payment(), new_key()
    await process.misbehave({"kind": "answer_lost_after_execution", "times": 1})
    gateway = AcquirerGateway(process.url, SHOP_ID, SECRET_KEY)
    with pytest.raises(AcquirerUnavailable):
        await ask(gateway, payment_id, key)
    await gateway.aclose()
    await process.kill()

    process = start_acquirer()
    gateway = AcquirerGateway(process.url, SHOP_ID, SECRET_KEY)
    assert (await ask(gateway, payment_id, key)).status is SUCCEEDED
    books = await process.books(payment_id)
    assert books["keys"][key]["debits"] == 1
    assert [request["answer"] for request in books["requests"]] == ["200", "dropped"]
    await gateway.aclose()


async def test_a_key_older_than_its_memory_pays_twice_and_the_books_show_it(
    start_acquirer: Callable[..., SandboxAcquirer],
) -> None:
    process = start_acquirer("--key-lifetime-seconds", "0")
    gateway = AcquirerGateway(process.url, SHOP_ID, SECRET_KEY)
    payment_id, key = await process.payment(), new_key()
    await ask(gateway, payment_id, key)
    await ask(gateway, payment_id, key)
    assert (await process.books(payment_id))["keys"][key]["debits"] == 2
    await process.misbehave({"kind": "cancel"})
    assert (await ask(gateway, payment_id, key)).status is CANCELLED
    found = await gateway.find_refund(payment_id, key)
    assert found is not None
    assert found.status is SUCCEEDED
    await gateway.aclose()
