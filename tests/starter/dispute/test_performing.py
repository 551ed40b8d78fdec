"""What a decision of a dispute has done beside money: goods that come back, what is put right."""

from typing import Any

import pytest

from db.database import Database
from domain.access.roles import Role
from domain.case.recheck import RECHECK
from tests.books import Line
from tests.starter.dispute.disputed import Dispute, disputed
from tests.starter.dispute.test_chargeback import broken
from tests.starter.goods_return.returning import KEYBOARD, goods
from tests.starter.refund.shop import Case, Shop, code_of, wrong_fields

WRONG = {"ground": "wrong_goods", "lines": [{"line_no": 1, "pieces": 2}]}


async def about_goods(shop: Shop) -> Dispute:
    """Three keyboards of a consumer are not what was ordered."""
    number = await shop.invoice(goods(), client_id=shop.books.client(kind="individual"))
    dispute = await disputed(
        shop, number, kind="wrong_goods", demand="exchange", demand_amount=None
    )
    await dispute.until("review", "collecting")
    if (await dispute.read())["status"] == "collecting":
        assert (await dispute.said("submission", text="Вот всё.")).is_success
    return dispute


async def returned(shop: Shop, return_id: str, action: str, **body: Any) -> None:
    staff = shop.staff(Role.SPECIALIST, "petrova")
    answer = await staff.post(f"/v1/returns/{return_id}/{action}", body or None)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("settlement", ["exchange", "refund"])
async def test_a_decision_begins_a_return_and_waits_for_its_end(
    shop: Shop, database: Database, settlement: str
) -> None:
    dispute = await about_goods(shop)
    with_money = await dispute.decided("resolved_client", goods=WRONG, awarded="1.00")
    assert wrong_fields(with_money) == {"/awarded": "dispute_return_with_award"}
    decided = await dispute.decided("resolved_client", goods=WRONG)
    assert decided.is_success, decided.text
    found = await dispute.until("performing")
    assert (found["waiting_for"], found["return_id"]) == (
        "client",
        f"return-{found['invoice_number']}-1",
    )
    return_id = found["return_id"]
    case = (await dispute.client.get(f"/v1/returns/{return_id}")).json()
    assert (case["status"], case["ground"]) == ("authorised", "wrong_goods")
    await returned(shop, return_id, "receive")
    sound = {"packing": True, "labels": True, "unused": True, "serial": True}
    await returned(shop, return_id, "inspect", **sound, lines=[{"line_no": 1, "pieces": 2}])
    await returned(shop, return_id, "accept", settlement=settlement)
    if settlement == "exchange":
        await returned(shop, return_id, "send", track="RU 2")
        await shop.temporal.get_workflow_handle(dispute.id).signal(RECHECK)
        await dispute.until("closed")
    else:
        await shop.temporal.get_workflow_handle(dispute.id).signal(RECHECK)
        assert (await dispute.read())["status"] == "performing"
        unpaid = shop.books.row(
            "SELECT id FROM refunds WHERE goods_return_id = %(id)s", id=return_id
        )
        await Case(shop, dispute.client, unpaid.id).until("awaiting_statement")
        withdrawn = await dispute.client.post(f"/v1/refunds/{unpaid.id}/withdrawal")
        assert withdrawn.is_success, withdrawn.text
        await shop.temporal.get_workflow_handle(dispute.id).signal(RECHECK)
        await dispute.until("review")
    assert await broken(database, found["invoice_number"]) == []


async def test_goods_that_do_not_come_back_bring_the_dispute_back(shop: Shop) -> None:
    dispute = await about_goods(shop)
    assert (await dispute.decided("resolved_client", goods=WRONG)).is_success
    return_id = (await dispute.until("performing"))["return_id"]
    kept = await dispute.client.post(f"/v1/returns/{return_id}/withdraw")
    assert kept.is_success, kept.text
    await shop.temporal.get_workflow_handle(dispute.id).signal(RECHECK)
    await dispute.until("review")


async def test_what_cannot_come_back_is_refused_and_nothing_is_decided_for_nothing(
    shop: Shop,
) -> None:
    number = await shop.invoice(Line(KEYBOARD, "service"))
    dispute = await disputed(shop, number, kind="other", demand="correction", demand_amount=None)
    await dispute.until("review")
    refused = await dispute.decided("resolved_client", goods=WRONG)
    assert wrong_fields(refused) == {"/goods": "goods_return_not_goods"}
    nothing = await dispute.decided("resolved_client")
    assert wrong_fields(nothing) == {"/outcome": "dispute_gives_nothing"}
    rejected = await dispute.decided("rejected", correction="Статус.")
    assert wrong_fields(rejected) == {"/awarded": "dispute_rejected_with_money"}


async def test_a_correction_is_a_persons_and_the_dispute_waits_for_how_it_was_done(
    shop: Shop, database: Database
) -> None:
    number = await shop.invoice(Line(KEYBOARD, "service"))
    dispute = await disputed(shop, number, kind="other", demand="correction", demand_amount=None)
    await dispute.until("review")
    decided = await dispute.decided("resolved_client", correction="Название организации в акте.")
    assert decided.is_success, decided.text
    found = await dispute.until("performing")
    assert (found["waiting_for"], found["corrected_at"]) == ("specialist", None)
    done = await dispute.did("correction", reason="Акт выставлен заново.")
    assert done.is_success, done.text
    closed = await dispute.until("closed")
    assert closed["corrected_at"] is not None
    thread = (await dispute.client.get(f"{dispute.path}/changes")).json()["items"]
    assert "Акт выставлен заново." in [one["reason"] for one in thread]
    again = await dispute.did("correction", reason="Ещё раз.")
    assert (again.status_code, code_of(again)) == (409, "dispute_closed")
    assert await broken(database, number) == []
