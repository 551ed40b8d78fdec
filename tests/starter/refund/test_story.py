"""Whole refunds over HTTP: what each person does, and what each reads."""

import asyncio
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from domain.access.roles import Role
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Shop, code_of


async def test_a_subscription_is_refunded_from_request_to_feedback(
    shop: Shop, temporal_env: WorkflowEnvironment
) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    found = await case.read()
    assert (found["status"], found["title"]) == ("awaiting_statement", "Заполните заявление")
    assert (found["amount"], found["waiting_for"]) == ("9693.55", "client")
    (line,) = found["calculation"]["lines"]
    assert (line["unused_days"], line["total_days"], line["rule"]) == (290, 365, "unused_days")

    await case.signed()
    assert await case.status() == "under_review"
    accepted = await case.by(Role.SPECIALIST, "acceptance")
    assert (accepted.status_code, accepted.json()["status"]) == (200, "paying")
    await case.until("completed")

    paid = await case.read()
    assert paid["payouts"][0]["status"] == "paid"
    assert paid["paid_on"] < paid["credit_by"]
    assert [action["action"] for action in paid["actions"]] == ["correct_contact"]
    early = await case.client.post(f"{case.path}/feedback", {"score": 5})
    assert (early.status_code, code_of(early)) == (409, "feedback_not_yet")

    handle = shop.temporal.get_workflow_handle(case.id)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await temporal_env.fast_forward(handle, timedelta(days=40))
        await handle.result()
    closed = await case.read()
    assert [action["action"] for action in closed["actions"]] == ["leave_feedback"]
    said = await case.client.post(f"{case.path}/feedback", {"score": 5, "text": "Быстро"})
    assert said.status_code == 201
    assert (await case.read())["feedback"]["score"] == 5
    assert (await case.read())["actions"] == []
    again = await case.client.post(f"{case.path}/feedback", {"score": 1})
    assert (again.status_code, code_of(again)) == (409, "feedback_already_left")


async def test_a_mixed_invoice_is_calculated_returned_and_approved_by_three_people(
    shop: Shop,
) -> None:
    lines = [{"line_no": 1, "amount": "12200000.00"}, {"line_no": 2, "amount": "0.00"}]
    case = await shop.opened(Line(1_220_000_000, "service"), SUBSCRIPTION)
    assert await case.status() == "awaiting_specialist"
    assert (await case.read())["calculation"] is None
    proposal = (await case.read(shop.staff(Role.SPECIALIST)))["calculation"]
    assert (proposal["holds"], proposal["specialist_reason"]) == (False, "mixed")

    calculated = await case.by(
        Role.SPECIALIST,
        "calculation",
        {
            "lines": lines,
            "deductions": [{"amount": "200000.00", "reason": "Выезд инженера"}],
            "reason": "Часть работ выполнена",
        },
    )
    assert calculated.json()["amount"] == "12000000.00"
    await case.signed()
    returned = await case.by(Role.SPECIALIST, "return", {"remarks": "Укажите КПП"})
    assert returned.json()["status"] == "awaiting_statement"
    remarked = (await case.read())["timeline"][-1]
    assert (remarked["by"], remarked["reason"], remarked["login"]) == (
        "specialist",
        "Укажите КПП",
        None,
    )
    await case.signed()
    accepted = await case.by(Role.SPECIALIST, "acceptance")
    assert accepted.json()["status"] == "awaiting_approval"
    approved = await case.by(Role.ACCOUNTANT, "approval")
    assert approved.json()["status"] == "paying"
    await case.until("completed")
    shown = (await case.read())["calculation"]
    assert (shown["by"], shown["login"], shown["sum"]) == ("specialist", None, "12000000.00")
    assert shown["deductions"] == [{"amount": "200000.00", "reason": "Выезд инженера"}]


@pytest.mark.parametrize("spelling", ["ivanova", "Ivanova", "ivanova\u200b", "ｉvanova"])
async def test_whoever_calculated_may_not_approve(shop: Shop, spelling: str) -> None:
    case = await shop.opened(Line(1_220_000_000, "service"))
    one = shop.staff(Role.SPECIALIST, "ivanova")
    same = shop.staff(Role.ACCOUNTANT, spelling)
    calculation = {"lines": [{"line_no": 1, "amount": "12200000.00"}], "reason": "Не оказано"}
    assert (await one.post(f"{case.path}/calculation", calculation)).status_code == 200
    await case.signed()
    await case.by(Role.SPECIALIST, "acceptance")
    refused = await same.post(f"{case.path}/approval")
    assert (refused.status_code, code_of(refused)) == (409, "same_person")
    assert await case.status() == "awaiting_approval"


@pytest.mark.parametrize("lines", [(SUBSCRIPTION,), (SERVICE,)])
async def test_a_client_may_withdraw_before_the_payout_and_ask_again(
    shop: Shop, lines: tuple[Line, ...]
) -> None:
    case = await shop.opened(*lines)
    withdrawn = await case.client.post(f"{case.path}/withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "cancelled")
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    again = await case.client.post("/v1/refunds", {"invoice_number": number})
    assert (again.status_code, again.json()["id"]) == (201, f"refund-{number}-2")
