"""A client disputes an order: looked into, decided, performed, objected to, over the API."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.dispute.performing import begin_refund
from db.database import Database
from db.dispute import dispute as stored
from db.facts import load
from domain.access.roles import Role
from domain.dispute.dispute import DisputeStatus
from tests.books import Line
from tests.starter.dispute.disputed import (
    Dispute,
    complaint,
    disputed,
    open_dispute,
    paid_twice,
    today,
)
from tests.starter.refund.shop import Shop, code_of, wrong_fields

BIG = 6_000_000
"""Above the sum that one person decides about."""


async def test_a_double_charge_is_found_and_accepted_without_a_person_unless_somebody_replies(
    shop: Shop,
) -> None:
    number = await paid_twice(shop, 50_000)
    dispute = await disputed(shop, number)
    found = await dispute.until("proposal")
    assert (found["found"], found["found_amount"]) == (
        "За заказ пришло больше, чем нужно",
        "500.00",
    )
    assert (found["awarded"], found["waiting_for"]) == ("500.00", "client")
    replied = await dispute.said("reply", text="Подождите, не тот заказ.")
    assert (replied.json()["status"], replied.json()["awarded"]) == ("review", "0.00")


async def test_what_was_decided_begins_a_refund_and_closes_when_that_is_paid(shop: Shop) -> None:
    number = await shop.invoice(Line())
    dispute = await disputed(shop, number, kind="other", demand_amount="9000.00")
    await dispute.until("review")
    assert (await dispute.decided("resolved_client", awarded="9000.00")).status_code == 200
    refund = await dispute.refund()
    await refund.until("awaiting_statement")
    await refund.signed()
    assert (await refund.by(Role.SPECIALIST, "acceptance")).status_code == 200
    await refund.until("completed")
    await dispute.woken()
    assert (await dispute.until("closed"))["awarded"] == "9000.00"


async def test_a_step_that_is_repeated_when_its_refund_is_paid_begins_no_other(
    shop: Shop, database: Database
) -> None:
    number = await shop.invoice(Line())
    dispute = await disputed(shop, number, kind="other", demand_amount="9000.00")
    await dispute.until("review")
    assert (await dispute.decided("resolved_client", awarded="4000.00")).status_code == 200
    refund = await dispute.refund()
    await refund.until("awaiting_statement")
    async with database.transaction() as transaction:
        decided = await load(transaction, stored.one(dispute.id))
    await refund.signed()
    assert (await refund.by(Role.SPECIALIST, "acceptance")).status_code == 200
    await refund.until("completed")
    steps = ActivityEnvironment(client=shop.temporal)
    assert await steps.run(begin_refund, database, decided) is None
    answer_lost = replace(decided, status=DisputeStatus.RESOLVED_CLIENT)
    assert await steps.run(begin_refund, database, answer_lost) == refund.id
    refunds = "SELECT id FROM refunds WHERE invoice_number = %(n)s"
    assert [row.id for row in shop.books.rows(refunds, n=number)] == [refund.id]


async def test_a_refund_that_pays_less_than_was_awarded_does_not_end_a_dispute(shop: Shop) -> None:
    number = await shop.invoice(Line())
    dispute = await disputed(shop, number, kind="other", demand_amount="9000.00")
    await dispute.until("review")
    own = await shop.asked(number, lines=[{"line_no": 1, "amount": "1.00"}])
    await own.until("awaiting_statement")
    assert (await dispute.decided("resolved_client", awarded="9000.00")).status_code == 200
    assert (await dispute.refund()).id == own.id
    await own.signed()
    assert (await own.by(Role.SPECIALIST, "acceptance")).status_code == 200
    await own.until("completed")
    await dispute.woken()
    assert (await dispute.until("review", "closed"))["status"] == "review"
    assert (await dispute.decided("resolved_client", awarded="8999.00")).status_code == 200
    rest = await dispute.refund()
    assert rest.id != own.id


async def test_a_double_charge_goes_back_as_the_surplus_of_its_order(shop: Shop) -> None:
    dispute = await disputed(shop, await paid_twice(shop, 900_000), demand_amount="9000.00")
    await dispute.until("review")
    assert (await dispute.decided("resolved_client", awarded="9000.00")).status_code == 200
    refund = await dispute.refund()
    await refund.until("awaiting_statement")
    kind = shop.books.row("SELECT kind FROM refunds WHERE id = %(id)s", id=refund.id).kind
    assert kind == "surplus"


async def test_the_system_finds_most_papers_by_itself(shop: Shop) -> None:
    dispute = await disputed(shop, await paid_twice(shop, 900_000), demand_amount="9000.00")
    await dispute.until("review")
    found = await dispute.evidence()
    by_kind = {(one["kind"], one["source"]) for one in found["papers"]}
    assert {(1, "system"), (2, "acquirer")} <= by_kind
    assert [line for line in found["checklist"] if line["is_missing"]] == []


async def test_papers_that_are_missing_are_asked_for_and_the_clock_stands_still(shop: Shop) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    dispute = await disputed(shop, number, kind="fraud", demand_amount="9000.00")
    found = await dispute.until("collecting")
    assert found["paused_at"] is not None
    (missing,) = [line for line in (await dispute.evidence())["checklist"] if line["is_missing"]]
    assert missing["kind_title"] == "Выписка по счёту"
    due = found["due_at"]
    handed = await dispute.said("submission", text="Выписки нет, банк не даёт.")
    assert handed.json()["status"] == "review"
    assert (handed.json()["paused_at"], handed.json()["due_at"] > due) == (None, True)


async def test_a_specialist_asks_for_papers_and_the_clock_stands_still(shop: Shop) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    dispute = await disputed(shop, number, kind="other", demand_amount="9000.00")
    await dispute.until("review")
    asked = await dispute.did("papers-request", kinds=[3, 4], reason="Нужна выписка.")
    assert asked.status_code == 200, asked.text
    assert asked.json()["status"] == "collecting"
    assert asked.json()["paused_at"] is not None


async def test_above_the_limit_another_person_approves(shop: Shop) -> None:
    dispute = await disputed(
        shop, await shop.invoice(Line(BIG, "service")), kind="other", demand_amount="60000.00"
    )
    await dispute.until("review")
    decided = await dispute.decided("resolved_client", awarded="60000.00", login="ivanov")
    assert decided.json()["status"] == "awaiting_approval"
    own = await dispute.did("approval", Role.ACCOUNTANT, "IVANOV")
    assert (own.status_code, code_of(own)) == (409, "same_person")
    approved = await dispute.did("approval", Role.ACCOUNTANT, "petrova")
    assert approved.status_code == 200, approved.text
    await dispute.until("performing")


async def test_a_decision_does_not_pass_over_what_the_client_handed_in_meanwhile(
    shop: Shop,
) -> None:
    dispute = await disputed(
        shop, await shop.invoice(Line(900_000, "service")), kind="other", demand_amount="9000.00"
    )
    seen = (await dispute.until("review"))["handed_in"]
    assert (await dispute.said("reply", text="Вот ещё довод.")).status_code == 200
    verdict = {"outcome": "rejected", "reason": "Нет оснований.", "seen_handed_in": seen}
    late = await dispute.did("decision", **verdict)
    assert (late.status_code, code_of(late)) == (409, "dispute_handed_in_meanwhile")
    assert (await dispute.decided("rejected")).json()["status"] == "rejected"


async def test_a_rejection_is_objected_to_and_another_person_decides(shop: Shop) -> None:
    dispute = await disputed(
        shop, await shop.invoice(Line(900_000, "service")), kind="other", demand_amount="9000.00"
    )
    await dispute.until("review")
    assert (await dispute.decided("rejected", login="ivanov")).status_code == 200
    assert (await dispute.said("appeal", text="Не согласен.")).json()["status"] == "appealed"
    same = await dispute.decided("rejected", login="ivanov")
    assert (same.status_code, code_of(same)) == (409, "same_person")
    assert (await dispute.decided("rejected", login="petrova")).json()["status"] == "rejected"


async def test_hastening_is_once_a_stage_and_a_dispute_is_withdrawn(shop: Shop) -> None:
    dispute = await disputed(
        shop, await shop.invoice(Line(900_000, "service")), kind="other", demand_amount="9000.00"
    )
    await dispute.until("review")
    assert (await dispute.said("hasten")).status_code == 200
    again = await dispute.said("hasten")
    assert (again.status_code, code_of(again)) == (409, "dispute_hastened")
    assert (await dispute.said("withdrawal")).json()["status"] == "withdrawn"
    late = await dispute.said("reply", text="Передумал.")
    assert (late.status_code, code_of(late)) == (409, "dispute_closed")


async def test_one_dispute_of_an_order_is_open_at_a_time(shop: Shop) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    first = await disputed(shop, number, kind="other", demand_amount="9000.00")
    await first.until("review")
    second = await open_dispute(shop, number, kind="other", demand_amount="9000.00")
    assert (second.status_code, code_of(second)) == (409, "dispute_already_open")
    assert second.json()["dispute_id"] == first.id
    assert (await first.said("withdrawal")).status_code == 200
    await first.until("withdrawn")
    third = await disputed(shop, number, kind="other", demand_amount="9000.00")
    assert third.id == f"dispute-{number}-2"


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"demand_amount": "9000.01"}, "/demand_amount", "dispute_demand_above_paid"),
        ({"demand_amount": None}, "/demand_amount", "dispute_sum_of_demand"),
        ({"demand": "correction"}, "/demand_amount", "dispute_sum_of_demand"),
        ({"happened_on": 1}, "/happened_on", "dispute_day_ahead"),
        ({"answer_by": 0}, "/answer_by", "dispute_answer_day"),
        ({"answer_by": 366}, "/answer_by", "dispute_answer_day"),
    ],
)
async def test_a_complaint_that_cannot_be_is_refused_by_its_part(
    shop: Shop, changes: dict[str, object], pointer: str, code: str
) -> None:
    days = {
        name: (today() + timedelta(days=ahead)).isoformat()
        for name, ahead in changes.items()
        if isinstance(ahead, int)
    }
    number = await shop.invoice(Line(900_000, "service"))
    refused = await open_dispute(shop, number, **{"demand_amount": "1.00", **changes, **days})
    assert wrong_fields(refused) == {pointer: code}


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1e3"])
async def test_a_demand_of_nothing_is_no_demand(shop: Shop, amount: str) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    assert "/demand_amount" in wrong_fields(await open_dispute(shop, number, demand_amount=amount))


@pytest.mark.parametrize(
    "part", ["happened_on", "problem", "proof", "steps", "demand", "answer_by", "invoice_number"]
)
async def test_all_seven_parts_are_required(shop: Shop, part: str) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    client = shop.client_of(number)
    refused = await client.post("/v1/disputes", complaint(number, **{part: None}))
    assert f"/{part}" in wrong_fields(refused)


async def test_somebody_elses_order_does_not_exist(shop: Shop) -> None:
    number = await shop.invoice(Line(900_000, "service"))
    other = shop.client_of(await shop.invoice(Line(900_000, "service")))
    refused = await other.post("/v1/disputes", complaint(number))
    assert refused.status_code == 404
    dispute = await disputed(shop, number, kind="other", demand_amount="9000.00")
    assert (await other.get(dispute.path)).status_code == 404
    assert (await other.get(f"{dispute.path}/evidence")).status_code == 404


async def not_found_at_the_acquirer(shop: Shop) -> Dispute:
    """A dispute about an order that shows no payment, whose look the acquirer does not answer."""
    number, now = shop.books.invoice(paid=()), datetime.now(UTC)
    payment_id = await shop.acquirer.payment("40000.00")
    shop.books.put(
        "card_payments",
        order_id=str(uuid4()),
        invoice_number=number,
        amount_kopecks=4_000_000,
        status="pending",
        asked={},
        acquirer_payment_id=payment_id,
        prepared_at=now,
        changed_at=now,
    )
    silence = {"operation": "get_payment", "payment_id": payment_id}
    await shop.acquirer.misbehave({"kind": "server_error", "match": silence})
    dispute = await disputed(
        shop, number, kind="wrong_status", demand="correction", demand_amount=None
    )
    await dispute.until("checking")
    return dispute


async def test_a_dispute_is_answered_and_withdrawn_while_the_acquirer_is_silent(
    shop: Shop,
) -> None:
    dispute = await not_found_at_the_acquirer(shop)
    replied = await dispute.said("reply", text="Оплачено вчера.")
    assert (replied.status_code, replied.json()["status"]) == (200, "checking")
    answered = await dispute.did("answer", text="Ждём ответа эквайера.")
    assert (answered.status_code, answered.json()["status"]) == (200, "checking")
    early = await dispute.decided("rejected")
    assert (early.status_code, code_of(early)) == (409, "not_allowed_in_status")
    withdrawn = await dispute.said("withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["status"]) == (200, "withdrawn")


async def test_a_dispute_goes_outside_while_the_acquirer_is_silent_and_has_its_papers(
    shop: Shop,
) -> None:
    dispute = await not_found_at_the_acquirer(shop)
    assert (await dispute.evidence())["papers"] == []
    gone = await dispute.did("outside", Role.ACCOUNTANT, outside="regulator", reason="Жалоба.")
    assert (gone.status_code, gone.json()["status"]) == (200, "outside")
    assert {one["kind"] for one in (await dispute.evidence())["papers"]} >= {1, 2}
