"""What a decision of a dispute has done beside money: goods that come back, what is put right."""

from typing import Any

import pytest

from bench.chaos.orders import Orders
from bench.chaos.our_books import OurBooks
from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from tests.books import Line
from tests.starter.broken_invariants import Break, behind_the_back, changed, replaced
from tests.starter.caller import Api
from tests.starter.dispute.disputed import Dispute, disputed
from tests.starter.dispute.test_chargeback import broken
from tests.starter.dispute.test_dispute_paths import ACCOUNTANT, ALL, day, penalty, reviewed
from tests.starter.goods_return.returning import KEYBOARD, ended, goods, refund_of
from tests.starter.refund.shop import Case, Shop, code_of, wrong_fields

WRONG = {"ground": "wrong_goods", "lines": [{"line_no": 1, "pieces": 2}]}


async def about_goods(shop: Shop, kopecks: int = KEYBOARD, kind: str = "individual") -> Dispute:
    """Three keyboards of a client of this kind are not what was ordered."""
    number = await shop.invoice(goods(kopecks), client_id=shop.books.client(kind=kind))
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
        await dispute.woken()
        await dispute.until("closed")
    else:
        await ended(Api(shop.http), return_id)
        await dispute.woken()
        assert (await dispute.read())["status"] == "performing"
        unpaid = refund_of(shop.books, return_id)
        await Case(shop, dispute.client, unpaid.id).until("awaiting_statement")
        withdrawn = await dispute.client.post(f"/v1/refunds/{unpaid.id}/withdrawal")
        assert withdrawn.is_success, withdrawn.text
        await dispute.woken()
        await dispute.until("review")
    assert await broken(database, found["invoice_number"]) == []


async def test_goods_that_do_not_come_back_bring_the_dispute_back(shop: Shop) -> None:
    dispute = await about_goods(shop)
    assert (await dispute.decided("resolved_client", goods=WRONG)).is_success
    return_id = (await dispute.until("performing"))["return_id"]
    kept = await dispute.client.post(f"/v1/returns/{return_id}/withdraw")
    assert kept.is_success, kept.text
    await dispute.woken()
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


async def test_money_that_comes_puts_a_wrong_status_right_by_itself(
    shop: Shop, database: Database
) -> None:
    line = Line(KEYBOARD, "service")
    number = shop.books.invoice(line, paid=(KEYBOARD // 3,), method="bank_transfer")
    await shop.asked(number, lines=[{"line_no": 1, "amount": "1.00"}])  # so no look is repeated
    dispute = await disputed(
        shop, number, kind="wrong_status", demand="correction", demand_amount=None
    )
    if (await dispute.until("review", "collecting"))["status"] == "collecting":
        assert (await dispute.said("submission", text="Вот всё.")).is_success
    decided = await dispute.decided("resolved_client", correction="Статус заказа.")
    assert decided.is_success, decided.text
    await dispute.until("performing")
    shop.books.payment(number, KEYBOARD - KEYBOARD // 3, method="bank_transfer")
    await dispute.woken()
    closed = await dispute.until("closed")
    assert closed["corrected_at"] is not None
    assert (closed["found"], closed["found_amount"]) == (
        "Заказ оплачен полностью",
        "3000.00",
    )
    assert await broken(database, number) == []


HISTORY = "a dispute's history is whole and ends in its status"
TWICE = "no day of an order is compensated twice"
WITHIN = "a compensation is within the law, and owed or paid"
GIVEN = (
    "UPDATE disputes SET compensation_kopecks = compensation_kopecks {} 1"
    " WHERE compensation_kopecks > 0"
)
SAME_DAYS = (
    "UPDATE dispute_decisions d SET calculation = o.calculation FROM dispute_decisions o"
    " WHERE d.dispute_id = '{}' AND o.dispute_id = '{}'"
    " AND d.compensation_kopecks > 0 AND o.compensation_kopecks > 0"
)
PAID_AGAIN = (
    "INSERT INTO ledger_transfers (kind, debit_account, credit_account, amount_kopecks, reference)"
    " VALUES ('compensation_paid', 'compensation/{}', 'cash/bank', 500000, 'again')"
)
UNPAID = "DELETE FROM ledger_transfers WHERE reference = 'again'"


async def test_what_is_broken_of_two_compensations_is_found_by_the_books_and_the_storm(
    shop: Shop, database: Database, database_url: str
) -> None:
    first = await reviewed(shop)
    given = await first.decided("resolved_partly", compensation=penalty(amount="5000.00"))
    assert given.is_success, given.text
    number = (await first.until("performing"))["invoice_number"]
    assert (await first.did("compensation", ACCOUNTANT, reason="П/п 7.", on=day(0))).is_success
    await first.until("closed")
    second = await disputed(shop, number, kind="other", demand_amount=ALL)
    await second.until("review")
    others = penalty(amount="4000.00", first_day=day(-60), last_day=day(-30))
    assert (await second.decided("resolved_partly", compensation=others)).is_success
    await second.until("performing")
    storm = Orders([], [], [], OurBooks(database_url))
    breaks = (
        changed(HISTORY, "disputes", "version", "+1"),
        replaced(TWICE, "dispute_decisions", SAME_DAYS.format(second.id, first.id)),
        Break(WITHIN, GIVEN.format("+"), GIVEN.format("-")),
        Break(WITHIN, PAID_AGAIN.format(first.id), UNPAID),
    )
    assert (await broken(database, number), await storm.wrong()) == ([], [])
    names = {one.invariant for one in breaks}
    said = []
    for one in breaks:
        behind_the_back(shop.books, one.spoil)
        found = {each.invariant async for each in differences(database)}
        said += await storm.wrong()
        behind_the_back(shop.books, one.mend)
        assert found & names == {one.invariant}, one
    assert said == [f"the compensation of {first.id} was paid 2 times"]
    assert (await broken(database, number), await storm.wrong()) == ([], [])
