"""What a closed dispute has decided is done; what is above the limit, goods too, is approved."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from db.database import Database
from db.invariants import differences
from domain.access.roles import Role
from tests.books import Line
from tests.starter.broken_invariants import Break, behind_the_back
from tests.starter.caller import Api
from tests.starter.dispute.disputed import Dispute, disputed
from tests.starter.dispute.test_dispute_paths import ACCOUNTANT, ALL, penalty, reviewed
from tests.starter.dispute.test_performing import WRONG, about_goods, returned
from tests.starter.goods_return.returning import ended, refund_of
from tests.starter.refund.shop import Case, Shop, code_of

DONE = "what a closed dispute has decided is done"
PAID = (
    "UPDATE payouts SET amount_kopecks = amount_kopecks {} 1 WHERE case_id ="
    " (SELECT refund_id FROM disputes WHERE id = '{}')"
)
BEGUN = "UPDATE disputes SET refund_id = {} WHERE id = '{}'"
SETTLED = "UPDATE goods_returns SET settled_at = {} WHERE id = '{}'"
MONEY = "UPDATE refunds SET first_paid_on = {} WHERE goods_return_id = '{}'"
CLOSED = "UPDATE disputes SET status = 'closed', closed_at = now() WHERE id = '{}'"


async def waits_for(dispute: Dispute) -> tuple[str, str]:
    """The reason and whom the desk says that it waits for; whom its client is told is the same."""
    answer = await dispute.shop.staff(Role.OPERATOR).get(f"{dispute.path}/waiting")
    found = answer.json()
    shown = (await dispute.read())["waiting_for"]
    assert found["waits_for"] == (shown or "process")
    return found["code"], found["waits_for"]


async def test_a_dispute_says_whom_the_return_waits_for_and_not_the_client_alone(
    shop: Shop,
) -> None:
    dispute = await about_goods(shop)
    assert (await dispute.decided("resolved_client", goods=WRONG)).is_success
    return_id = (await dispute.until("performing"))["return_id"]
    assert await waits_for(dispute) == ("follows", "client")
    await returned(shop, return_id, "receive")
    assert await waits_for(dispute) == ("follows", "specialist")
    answer = await shop.staff(Role.OPERATOR).get(f"{dispute.path}/waiting")
    assert return_id in answer.json()["reason"]
    money, refund = await awarded(shop)
    await refund.until("awaiting_statement")
    assert await waits_for(money) == ("follows", "client")


async def test_goods_above_the_limit_come_back_when_another_accountant_lets_it_stand(
    shop: Shop,
) -> None:
    dispute = await about_goods(shop, 90_000_00)
    asked = {"goods": WRONG, "outcome": "resolved_client", "reason": "Не те.", "seen_handed_in": 0}
    asked["seen_handed_in"] = (await dispute.read())["handed_in"]
    decided = await dispute.did("decision", ACCOUNTANT, "petrova", **asked)
    assert (decided.json()["status"], decided.json()["returned_amount"]) == (
        "awaiting_approval",
        "60000.00",
    )
    own = await dispute.read()
    assert (own["returned_amount"], own["return_id"]) == ("0.00", None)
    same = await dispute.did("approval", ACCOUNTANT, "Petrova")
    assert (same.status_code, code_of(same)) == (409, "same_person")
    assert (await dispute.did("approval", ACCOUNTANT, "sidorova")).is_success
    found = await dispute.until("performing")
    assert (found["returned_amount"], found["return_id"]) == (
        "60000.00",
        f"return-{found['invoice_number']}-1",
    )


async def test_no_decision_above_the_limit_stands_without_an_approval_and_none_that_is_closed_owes(
    shop: Shop,
) -> None:
    dispute = await about_goods(shop)
    row = shop.books.row("SELECT version FROM disputes WHERE id = %(id)s", id=dispute.id)
    decision, at = str(uuid4()), datetime.now(UTC)
    shop.books.put(
        "dispute_decisions",
        id=decision,
        dispute_id=dispute.id,
        action="decide",
        outcome="resolved_client",
        returned=[{"line_no": 1, "pieces": 2}],
        returned_kopecks=50_000_01,
        ground="wrong_goods",
        reason="Не те.",
        seen_handed_in=0,
        decided_by="petrova",
        decided_at=at,
    )
    with pytest.raises(psycopg.errors.CheckViolation) as broken_rule:
        shop.books.put(
            "dispute_history",
            dispute_id=dispute.id,
            number=row.version + 1,
            from_status="review",
            to_status="resolved_client",
            at=at,
            by="petrova",
            submission_id=decision,
            answer={},
        )
    assert broken_rule.value.diag.constraint_name == "dispute_approved_above_limit"
    owed = await reviewed(shop)
    assert (await owed.decided("resolved_partly", compensation=penalty())).is_success
    await owed.until("performing")
    with pytest.raises(psycopg.errors.CheckViolation) as broken_rule:
        behind_the_back(shop.books, CLOSED.format(owed.id))
    shop.books.connection.execute(b"SET session_replication_role = origin")
    assert broken_rule.value.diag.constraint_name == "closed_owes_nothing"


async def awarded(shop: Shop) -> tuple[Dispute, Case]:
    """A dispute that money goes back by, and its refund."""
    dispute = await disputed(shop, await shop.invoice(Line()), kind="other", demand_amount=ALL)
    await dispute.until("review")
    assert (await dispute.decided("resolved_client", awarded=ALL)).is_success
    return dispute, await dispute.refund()


async def closed_by_refund(shop: Shop) -> Dispute:
    """A dispute whose awarded money was paid."""
    dispute, refund = await awarded(shop)
    await paid(refund)
    await dispute.woken()
    await dispute.until("closed")
    return dispute


async def closed_by_return(shop: Shop) -> tuple[Dispute, str]:
    """A dispute whose goods came back and were paid for, and the return."""
    dispute = await about_goods(shop, kind="company")
    assert (await dispute.decided("resolved_client", goods=WRONG)).is_success
    return_id = (await dispute.until("performing"))["return_id"]
    await returned(shop, return_id, "receive")
    sound = {"packing": True, "labels": True, "unused": True, "serial": True}
    await returned(shop, return_id, "inspect", **sound, lines=[{"line_no": 1, "pieces": 2}])
    await returned(shop, return_id, "accept", settlement="refund")
    await ended(Api(shop.http), return_id)
    await paid(Case(shop, dispute.client, refund_of(shop.books, return_id).id))
    await dispute.woken()
    await dispute.until("closed")
    return dispute, return_id


async def paid(refund: Case) -> None:
    await refund.until("awaiting_statement")
    await refund.signed()
    assert (await refund.by(Role.SPECIALIST, "acceptance")).is_success
    await refund.until("completed")


async def test_a_closed_dispute_whose_decision_is_not_done_is_found(
    shop: Shop, database: Database
) -> None:
    first, (second, return_id) = await closed_by_refund(shop), await closed_by_return(shop)
    ids = (first.id, second.id, return_id)
    breaks = (
        Break(DONE, PAID.format("-", first.id), PAID.format("+", first.id)),
        Break(
            DONE,
            BEGUN.format("'no-' || refund_id", first.id),
            BEGUN.format("substr(refund_id, 4)", first.id),
        ),
        Break(DONE, SETTLED.format("NULL", return_id), SETTLED.format("closed_at", return_id)),
        Break(DONE, MONEY.format("NULL", return_id), MONEY.format("paid_on", return_id)),
    )

    async def undone() -> set[str]:
        found = [one async for one in differences(database) if one.invariant == DONE]
        return {one for one in ids if any(f"dispute={one}," in each.found for each in found)}

    assert await undone() == set()
    for number, one in enumerate(breaks):
        behind_the_back(shop.books, one.spoil)
        found = await undone()
        behind_the_back(shop.books, one.mend)
        assert found == {first.id if number < 2 else second.id}, one
    assert await undone() == set()
