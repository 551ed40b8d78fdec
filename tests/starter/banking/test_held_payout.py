"""A payout that the acquirer refuses for a reason of ours: an accountant's, never the client's, and
money that was given back there already is not paid a second time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.reconciliation.acquirer_list import AcquirerListActivities
from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from domain.reconciliation.reconciliation import Reconciliation
from gateways.acquirer import AcquirerGateway
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping
from tests.starter.broken_invariants import behind_the_back
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Case, Shop, code_of

FORGET = (
    "CREATE TABLE kept AS TABLE acquirer_difference_decisions;"
    " DELETE FROM acquirer_difference_decisions"
)
REMEMBER = "INSERT INTO acquirer_difference_decisions SELECT * FROM kept; DROP TABLE kept"
WORD = {"reason": "Сверено с кабинетом эквайера 24.11."}
GATHER = {"own_account": OUR_ACCOUNT}


@dataclass(frozen=True)
class Held:
    """A case of 9 693.55 of a card payment of 12 200.50, and that payment."""

    shop: Shop
    case: Case
    payment_id: str

    async def accepted(self) -> None:
        """The client signs, a specialist accepts."""
        await self.case.signed()
        answer = await self.case.by(Role.SPECIALIST, "acceptance")
        assert answer.status_code == 200, answer.text

    async def accountant_sees(self) -> dict[str, Any]:
        """The case as an accountant reads it."""
        return await self.case.read(self.shop.staff(Role.ACCOUNTANT))

    async def decided(self, word: str) -> Any:
        """An accountant's decision."""
        return await self.case.by(Role.ACCOUNTANT, f"payout/{word}", WORD)

    async def left(self) -> tuple[int, int]:
        """Debits at the acquirer for this payment, and payment orders of the case."""
        orders = self.shop.books.row(
            "SELECT count(*) FROM payment_orders WHERE case_id = %(c)s", c=self.case.id
        )[0]
        return await self.shop.acquirer.debits(self.payment_id), orders

    def mailed(self, role: Role) -> list[str]:
        """Which letters a role got about the case."""
        rows = self.shop.books.rows(
            "SELECT template FROM notifications WHERE case_id = %(c)s AND role = %(r)s"
            " AND channel = 'mail' ORDER BY created_at",
            c=self.case.id,
            r=role,
        )
        return [row.template for row in rows]


async def subscription(shop: Shop) -> Held:
    return held_of(shop, await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17"))


def held_of(shop: Shop, case: Case) -> Held:
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments JOIN refunds r USING (invoice_number)"
        " WHERE r.id = %(id)s",
        id=case.id,
    )
    return Held(shop, case, payment.id)


async def told_nobody_but_the_accountant(held: Held) -> None:
    """The client hears that we are late, and is asked for nothing."""
    found = await held.case.read()
    assert (found["status"], found["waiting_for"]) == ("payout_held", "accountant")
    assert found["title"] == "Выплата задерживается"
    assert [one["action"] for one in found["actions"]] == ["correct_contact"]
    assert found["way"] == "card"
    assert found["timeline"][-1]["reason"] == "выплата задерживается на нашей стороне"
    assert found["payouts"][-1]["reason"] == "выплата задерживается на нашей стороне"
    assert found["payouts"][-1]["words"] is None
    letters = held.mailed(Role.CLIENT)
    assert letters[-1] == "refund_payout_held"
    assert "refund_new_requisites_needed" not in letters
    assert held.mailed(Role.ACCOUNTANT) == ["staff_payout_held"]


@pytest.mark.parametrize("given_back", ["5000.00", "12200.50"])
async def test_what_was_given_back_in_the_cabinet_stops_the_payout_before_any_bank_order(
    shop: Shop, bookkeeping: Bookkeeping, given_back: str
) -> None:
    held = await subscription(shop)
    await shop.acquirer.give_back(held.payment_id, given_back)
    await held.accepted()
    await held.case.until("payout_held")
    await told_nobody_but_the_accountant(held)
    seen = await held.accountant_sees()
    assert "Amount exceeds what is left" in seen["payouts"][0]["words"]
    assert [one["action"] for one in seen["actions"]] == [
        "retry_payout",
        "pay_by_bank",
        "book_given_back",
        "recalculate",
    ]
    refused = await bookkeeping.accountant.post("/v1/payment-runs", GATHER)
    assert (refused.status_code, code_of(refused)) == (409, "nothing_to_pay")
    assert await held.left() == (1, 0)

    booked = await held.decided("given-back")
    if given_back == "5000.00":
        assert (booked.status_code, code_of(booked)) == (409, "given_back_less")
        assert await held.case.status() == "payout_held"
        await _deducted(held, bookkeeping)
        return
    assert (booked.status_code, booked.json()["status"]) == (200, "completed")
    found = await held.case.read()
    assert [one["status"] for one in found["payouts"]] == ["rejected", "paid"]
    assert found["paid_on"] is not None
    assert await held.left() == (1, 0)


async def _rest_signed(held: Held) -> None:
    """5 000.00 of it are with the client: the rest of 4 693.55 is signed, and held once more."""
    why = {"reason": "5 000,00 возвращены вам 12.11 через эквайера"}
    back = await held.case.by(Role.ACCOUNTANT, "recalculation", why)
    assert (back.status_code, back.json()["status"]) == (200, "awaiting_specialist")
    assert (await held.case.read())["timeline"][-1]["reason"] == why["reason"]
    entry = {
        "lines": [{"line_no": 1, "amount": "9693.55"}],
        "deductions": [{"amount": "5000.00", "reason": "Возвращено 12.11"}],
        "reason": "Часть уже возвращена",
    }
    assert (await held.case.by(Role.SPECIALIST, "calculation", entry)).status_code == 200
    await held.accepted()
    await held.case.until("payout_held")  # nobody has decided about the 5 000.00 yet


async def _deducted(held: Held, bookkeeping: Bookkeeping) -> None:
    """The rest leaves once."""
    await _rest_signed(held)
    assert (await held.decided("by-bank")).status_code == 200
    await bookkeeping.until(
        "SELECT cleared_at IS NOT NULL FROM payouts WHERE case_id = %(c)s AND attempt = 3",
        True,
        c=held.case.id,
    )
    await bookkeeping.run()
    assert await held.left() == (1, 1)
    order = held.shop.books.row(
        "SELECT amount_kopecks FROM payment_orders WHERE case_id = %(c)s", c=held.case.id
    )
    assert order.amount_kopecks == 469_355


async def test_a_retry_keeps_to_the_requisites_that_were_signed(shop: Shop) -> None:
    held = await subscription(shop)
    await shop.acquirer.give_back(held.payment_id, "5000.00")
    await held.accepted()
    await held.case.until("payout_held")
    assert (await held.case.read())["way"] == "card"
    await _rest_signed(held)
    assert (await held.case.read())["way"] == "account"
    accountant = shop.staff(Role.ACCOUNTANT)
    found = (await accountant.get("/v1/acquirer-differences", open="true")).json()["items"]
    for one in found:
        path = f"/v1/acquirer-differences/{one['id']}/decision"
        assert (await accountant.post(path, WORD)).status_code == 200
    assert (await held.decided("retry")).json()["status"] == "paying"
    last = (await held.case.read())["payouts"][-1]
    assert (last["attempt"], last["channel"], last["way"]) == (3, "bank", "account")
    assert await shop.acquirer.debits(held.payment_id) == 1


async def test_the_whole_given_back_is_booked_once_and_stays_decided(
    shop: Shop, bookkeeping: Bookkeeping, database: Database
) -> None:
    held = await subscription(shop)
    await shop.acquirer.give_back(held.payment_id, "12200.50")
    await held.accepted()
    await held.case.until("payout_held")
    assert (await held.decided("given-back")).status_code == 200
    again = await held.decided("given-back")
    assert (again.status_code, code_of(again)) == (409, "not_allowed_in_status")
    assert held.payment_id not in await _differing(shop, database)
    about = [one async for one in differences(database) if held.case.id in one.found]
    assert about == []


async def test_topping_up_and_retrying_pays_by_the_acquirer_under_a_new_key(shop: Shop) -> None:
    held = await subscription(shop)
    cancel = {"kind": "cancel", "reason": "insufficient_funds", "times": 1}
    await shop.acquirer.misbehave({**cancel, "match": {"payment_id": held.payment_id}})
    await held.accepted()
    await held.case.until("payout_held")
    await told_nobody_but_the_accountant(held)
    assert (await held.accountant_sees())["payouts"][0]["words"].endswith("insufficient_funds")
    assert (await held.decided("retry")).json()["status"] == "paying"
    await held.case.until("completed")
    paid = (await held.case.read())["payouts"][-1]
    assert (paid["attempt"], paid["channel"], paid["status"]) == (2, "acquirer", "paid")
    assert await held.left() == (1, 0)


async def test_whoever_calculated_decides_nothing_about_the_payout(shop: Shop) -> None:
    held = held_of(shop, await shop.opened(SERVICE))
    one, same = shop.staff(Role.SPECIALIST, "ivanova"), shop.staff(Role.ACCOUNTANT, "Ivanova")
    body = {"lines": [{"line_no": 1, "amount": "5000.00"}], "reason": "по договору"}
    calculated = await one.post(f"{held.case.path}/calculation", body)
    assert calculated.status_code == 200, calculated.text
    await shop.acquirer.give_back(held.payment_id, "5000.00")
    await held.accepted()
    await held.case.until("payout_held")
    for word in ("retry", "by-bank", "given-back"):
        refused = await same.post(f"{held.case.path}/payout/{word}", WORD)
        assert (refused.status_code, code_of(refused)) == (409, "same_person")
    assert await held.case.status() == "payout_held"
    assert (await held.decided("given-back")).json()["status"] == "completed"


async def test_by_an_accountants_word_with_a_reason_the_bank_pays(
    shop: Shop, bookkeeping: Bookkeeping, database: Database
) -> None:
    held = await subscription(shop)
    await shop.acquirer.give_back(held.payment_id, "5000.00")
    await held.accepted()
    await held.case.until("payout_held")
    silent = await held.case.by(Role.ACCOUNTANT, "payout/by-bank", {"reason": " "})
    assert silent.status_code == 422
    stranger = await held.case.by(Role.SPECIALIST, "payout/by-bank", WORD)
    assert (stranger.status_code, code_of(stranger)) == (403, "forbidden")
    assert (await held.decided("by-bank")).json()["status"] == "paying"
    await bookkeeping.until(
        "SELECT cleared_at IS NOT NULL FROM payouts WHERE case_id = %(c)s AND attempt = 2",
        True,
        c=held.case.id,
    )
    await bookkeeping.run()
    assert await held.left() == (1, 1)
    invariant = "no payment order is written over an undecided difference with the acquirer"
    assert invariant not in {one.invariant async for one in differences(database)}
    behind_the_back(shop.books, FORGET)
    found = [one async for one in differences(database) if one.invariant == invariant]
    behind_the_back(shop.books, REMEMBER)
    assert any(held.case.id in one.found for one in found)
    timeline = (await held.accountant_sees())["timeline"]
    assert timeline[-1]["reason"] == WORD["reason"]
    assert (await held.case.read())["timeline"][-1]["reason"] is None


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "refuse", "code": "invalid_request", "parameter": "payment_id"},
        {"kind": "refuse", "code": "not_found", "status": 404},
        {"kind": "refuse", "code": "code_of_tomorrow"},
        {"kind": "cancel", "reason": "general_decline"},
        {"kind": "cancel", "reason": "rejected_by_timeout"},
    ],
    ids=lambda fault: str(fault.get("code") or fault.get("reason")),
)
async def test_a_refusal_about_the_payment_itself_is_an_accountants(
    shop: Shop, fault: dict[str, Any]
) -> None:
    held = await subscription(shop)
    await shop.acquirer.misbehave({**fault, "match": {"payment_id": held.payment_id}})
    await held.accepted()
    await held.case.until("payout_held")
    await told_nobody_but_the_accountant(held)
    assert await held.left() == (0, 0)


async def test_a_refusal_by_the_payee_asks_the_client(shop: Shop) -> None:
    held = await subscription(shop)
    cancel = {"kind": "cancel", "reason": "rejected_by_payee"}
    await shop.acquirer.misbehave({**cancel, "match": {"payment_id": held.payment_id}})
    await held.accepted()
    await held.case.until("awaiting_statement")
    assert held.mailed(Role.CLIENT)[-1] == "refund_new_requisites_needed"
    assert held.mailed(Role.ACCOUNTANT) == []


async def test_a_method_that_is_not_refundable_goes_to_the_bank_once_nothing_was_given_back(
    shop: Shop, bookkeeping: Bookkeeping
) -> None:
    """Refused for good, the money goes by the requisites; but not while some of it is gone."""
    clean, spent = await subscription(shop), await subscription(shop)
    await shop.acquirer.give_back(spent.payment_id, "100.00")
    for held in (clean, spent):
        refuse = {"kind": "refuse", "code": "not_supported"}
        await shop.acquirer.misbehave({**refuse, "match": {"payment_id": held.payment_id}})
        await held.accepted()
        await bookkeeping.payout(held.case.id, 1, "rejected")
        if held is spent:
            await held.case.until("payout_held")
        await shop.acquirer.misbehave()
    await bookkeeping.until(
        "SELECT cleared_at IS NOT NULL FROM payouts WHERE case_id = %(c)s AND attempt = 2",
        True,
        c=clean.case.id,
    )
    seen = await spent.accountant_sees()
    assert [one["status"] for one in seen["payouts"]] == ["rejected", "rejected"]
    assert seen["payouts"][1]["words"].endswith(", 100.00")
    await bookkeeping.run()
    assert await clean.left() == (0, 1)
    assert await spent.left() == (1, 0)


async def test_a_payment_run_stops_what_the_daily_check_found(
    shop: Shop, bookkeeping: Bookkeeping, database: Database
) -> None:
    held = await subscription(shop)
    refuse = {"kind": "refuse", "code": "not_supported", "times": 1}
    await shop.acquirer.misbehave({**refuse, "match": {"payment_id": held.payment_id}})
    await held.accepted()
    await bookkeeping.until(
        "SELECT count(*) FROM payouts WHERE case_id = %(c)s AND attempt = 2"
        " AND cleared_at IS NOT NULL",
        1,
        c=held.case.id,
    )
    await shop.acquirer.give_back(held.payment_id, "9693.55")
    assert held.payment_id in await _differing(shop, database)
    refused = await bookkeeping.accountant.post("/v1/payment-runs", GATHER)
    assert refused.status_code == 409
    (left_out,) = [one for one in refused.json()["left_out"] if one["refund_id"] == held.case.id]
    assert left_out["code"] == "payout_differs_there"
    assert await held.left() == (1, 0)


async def _differing(shop: Shop, database: Database) -> set[str]:
    """The acquirer's payments that the daily comparison finds something undecided about."""
    acquirer = AcquirerGateway(
        shop.settings.acquirer_url,
        shop.settings.acquirer_shop_id,
        shop.settings.acquirer_secret_key,
    )
    try:
        steps = AcquirerListActivities(database, acquirer)
        check = Reconciliation(f"check-{uuid4().hex}", datetime.now(UTC))
        await ActivityEnvironment().run(steps.compare, check)
    finally:
        await acquirer.aclose()
    rows = shop.books.rows(
        "SELECT acquirer_payment_id AS id FROM acquirer_differences d WHERE NOT EXISTS"
        " (SELECT FROM acquirer_difference_decisions WHERE difference_id = d.id)"
    )
    return {row.id for row in rows}
