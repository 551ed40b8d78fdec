"""Why a refund stands: staff read it as data and in words."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.access.roles import Role
from tests.starter.caller import Api
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Case, Shop

FIELDS = {
    "code",
    "reason",
    "waits_for",
    "waits_for_title",
    "since",
    "until",
    "next_timer",
    "failure",
    "allowed",
}


async def waiting(case: Case, role: Role = Role.OPERATOR) -> dict[str, Any]:
    answer = await case.shop.staff(role).get(f"{case.path}/waiting")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    assert set(found) == FIELDS
    return found


async def test_a_case_says_whom_it_waits_for_until_when_and_who_may_do_what(shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    told, shown = await waiting(case), await case.read()
    assert (told["code"], told["waits_for"]) == ("awaiting_specialist", "specialist")
    assert told["reason"] == "Сумму рассчитывает специалист."
    assert told["until"] == shown["wait_until"]
    assert told["since"] == shown["opened_at"]
    assert told["next_timer"]["kind"] == "reminder"
    assert told["failure"] is None
    allowed = {
        one["role"]: [action["action"] for action in one["actions"]] for one in told["allowed"]
    }
    assert allowed == {"client": ["withdraw"], "specialist": ["calculate", "decline"]}


async def test_since_is_when_the_present_status_began(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    before = await waiting(case)
    assert (before["code"], before["waits_for"]) == ("under_review", "specialist")
    returned = await case.by(Role.SPECIALIST, "return", {"remarks": "ИНН", "fields": ["inn"]})
    assert returned.status_code == 200, returned.text
    told = await waiting(case)
    assert (told["code"], told["waits_for"]) == ("awaiting_statement", "client")
    assert str(told["since"]) > str(before["since"])


async def test_a_payout_by_requisites_waits_for_its_run(shop: Shop) -> None:
    number = shop.books.invoice(SUBSCRIPTION, method="bank_transfer")
    case = await (await shop.asked(number)).signed()
    assert (await case.by(Role.SPECIALIST, "acceptance")).status_code == 200
    await case.until("paying")
    told = await waiting(case, Role.ACCOUNTANT)
    assert (told["code"], told["waits_for"]) == ("not_in_run", "accountant")
    (may,) = told["allowed"]
    assert [one["action"] for one in may["actions"]] == ["gather_payment_run", "return_requisites"]


async def test_a_client_is_not_told_and_an_unknown_case_is_not_found(shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    assert (await case.client.get(f"{case.path}/waiting")).status_code == 403
    staff = shop.staff(Role.OPERATOR)
    assert (await staff.get("/v1/refunds/refund-no-such-1/waiting")).status_code == 404


async def test_a_failed_step_is_told_also_while_temporal_does_not_answer(
    shop: Shop, api: Api
) -> None:
    case = await shop.opened(SERVICE)
    at = datetime.now(UTC) + timedelta(seconds=1)
    shop.books.connection.execute(
        "INSERT INTO notifications (id, occasion, role, channel, template, params, status,"
        " attempts, created_at, settled_at) VALUES (gen_random_uuid(), %s, 'operator', 'inbox',"
        " 'staff_step_failed', jsonb_build_object('process', %s::text, 'step', 'Рассчитать',"
        " 'failure', 'CalendarNotCovered'), 'sent', 0, %s, %s)",
        (f"failed-{case.id}", case.id, at, at),
    )
    answer = await api.call("GET", f"{case.path}/waiting", role=Role.OPERATOR)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["waits_for"] == "specialist"
    assert told["failure"]["waits_for_operator"] is None
    assert "нет календаря банковских дней" in told["failure"]["detail"]
    assert (await waiting(case))["failure"] is None, "the process runs: nothing waits there"
