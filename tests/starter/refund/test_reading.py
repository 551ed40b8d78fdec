"""Reading: each caller sees its own, lists come in pages, timelines tell the story."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest
from temporalio.client import Client

from db.database import Database
from domain.access.roles import SYSTEM, Role
from domain.calendar.bank_calendar import moscow_date
from domain.payout.payout import ManualSettlement, PayoutStatus, reason_by_hand
from domain.refund.refund import MOVES, RefundStatus
from starter.api.app import create_app
from starter.presentation.refund.presenters import made_by, masked_address, payout_reason
from tests.starter.caller import token
from tests.starter.refund.shop import SERVICE, SUBSCRIPTION, Person, Shop, code_of

PAGES = 3


async def ids(person: Person, **params: Any) -> list[str]:
    """The ids of a list's first page."""
    answer = await person.get("/v1/refunds", **params)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


async def test_a_list_is_narrowed_by_status_client_invoice_and_period(shop: Shop) -> None:
    waiting = await shop.opened(SUBSCRIPTION)
    calculating = await shop.opened(SERVICE)
    staff = shop.staff(Role.SPECIALIST)
    client_id = waiting.client.caller.client_id
    number = waiting.id.removeprefix("refund-").removesuffix("-1")
    row = await waiting.read()
    today = moscow_date(datetime.fromisoformat(row["opened_at"]))
    assert await ids(staff, client_id=client_id) == [waiting.id]
    assert await ids(staff, invoice_number=number) == [waiting.id]
    assert await ids(staff, invoice_number=number, status="awaiting_specialist") == []
    assert calculating.id in await ids(staff, status="awaiting_specialist")
    assert await ids(staff, client_id=client_id, opened_from=str(today)) == [waiting.id]
    assert await ids(staff, client_id=client_id, opened_to=str(today)) == [waiting.id]
    tomorrow, yesterday = today + timedelta(days=1), today - timedelta(days=1)
    assert await ids(staff, client_id=client_id, opened_from=str(tomorrow)) == []
    assert await ids(staff, client_id=client_id, opened_to=str(yesterday)) == []


async def test_a_client_lists_its_own_cases_whatever_it_asks_for(shop: Shop) -> None:
    own, someone_elses = await shop.opened(SUBSCRIPTION), await shop.opened(SUBSCRIPTION)
    assert await ids(own.client) == [own.id]
    anothers_id = someone_elses.client.caller.client_id
    foreign = await own.client.get("/v1/refunds", client_id=anothers_id)
    assert (foreign.status_code, code_of(foreign)) == (404, "not_found")
    assert (await own.client.get(someone_elses.path)).status_code == 404


async def test_pages_follow_each_other_without_a_gap_or_an_overlap(shop: Shop) -> None:
    cases = [await shop.opened(SUBSCRIPTION) for _ in range(PAGES)]
    staff, seen = shop.staff(Role.OPERATOR), []
    cursor: str | None = None
    for _ in range(100):
        params = {"limit": 1} if cursor is None else {"limit": 1, "cursor": cursor}
        page = (await staff.get("/v1/refunds", **params)).json()
        seen += [row["id"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert seen[:PAGES] == [case.id for case in reversed(cases)]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwiYiJd", "WyIyMDI2LTAxLTAxIiwiYiJd"])
async def test_a_cursor_that_is_not_ours_is_refused(shop: Shop, cursor: str) -> None:
    answer = await shop.staff(Role.OPERATOR).get("/v1/refunds", cursor=cursor)
    assert (answer.status_code, code_of(answer)) == (422, "cursor_malformed")


@pytest.mark.parametrize(
    "params",
    [
        {"status": "lost"},
        {"limit": 0},
        {"limit": 101},
        {"opened_from": "today"},
        {"client_id": "№"},
    ],
)
async def test_a_malformed_filter_is_refused(shop: Shop, params: dict[str, Any]) -> None:
    answer = await shop.staff(Role.OPERATOR).get("/v1/refunds", **params)
    assert (answer.status_code, code_of(answer)) == (422, "validation")


@pytest.mark.parametrize("refund_id", ["1", "refund-1", "refund-1-0", "refund-№-1", "payout-1-1"])
async def test_what_is_no_case_id_is_refused_or_not_found(shop: Shop, refund_id: str) -> None:
    answer = await shop.staff(Role.OPERATOR).get(f"/v1/refunds/{refund_id}")
    assert answer.status_code in (404, 422)


async def test_the_timeline_names_roles_to_the_client_and_logins_to_the_staff(shop: Shop) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    await case.by(Role.SPECIALIST, "return", {"remarks": "Исправьте"})
    told = [(row["to_status"], row["by"], row["login"]) for row in (await case.read())["timeline"]]
    assert told == [
        ("calculating", "client", None),
        ("awaiting_statement", "system", None),
        ("under_review", "client", None),
        ("awaiting_statement", "specialist", None),
    ]
    seen = (await case.read(shop.staff(Role.OPERATOR)))["timeline"]
    assert seen[-1]["login"] == "specialist-1"


async def test_an_operator_is_shown_where_the_case_is_in_the_web_ui(
    shop: Shop, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "money back")
    case = await shop.opened(SUBSCRIPTION)
    operator = shop.staff(Role.OPERATOR)
    assert (await case.read(operator))["web_ui"] is None
    settings = shop.settings.model_copy(update={"temporal_ui_url": "http://temporal.example/"})
    app = create_app(settings, database, nobody)
    transport = httpx2.ASGITransport(app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://api") as http:
        shown = (await replace(operator, http=http).get(case.path)).json()["web_ui"]
        hidden = (await replace(case.client, http=http).get(case.path)).json()["web_ui"]
    assert shown == f"http://temporal.example/namespaces/money%20back/workflows/{case.id}"
    assert hidden is None


async def nobody() -> Client:
    """Reads need no Temporal."""
    raise RuntimeError("connection refused")


async def test_why_a_specialist_is_needed_is_a_code_and_words(shop: Shop) -> None:
    case = await shop.opened(SERVICE)
    last = (await case.read())["timeline"][-1]
    assert (last["reason_code"], last["reason"]) == (
        "rule",
        "Для этого вида услуг сумму определяет специалист",
    )


async def test_titles_are_english_where_the_caller_reads_english(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION)
    bearer = f"Bearer {token(case.client.caller)}"
    answer = await shop.http.get(
        case.path, headers={"Authorization": bearer, "Accept-Language": "en"}
    )
    assert answer.json()["waiting_for_title"] == "client"


async def test_the_trace_recomputes_to_the_sum_it_shows(shop: Shop) -> None:
    case = await shop.opened(SUBSCRIPTION, stopped_on="2026-03-17")
    calculation = (await case.read())["calculation"]
    (line,) = calculation["lines"]
    price = int(line["price"].replace(".", ""))
    share = (2 * price * line["unused_days"] + line["total_days"]) // (2 * line["total_days"])
    assert f"{share // 100}.{share % 100:02d}" == line["result"] == calculation["sum"]
    newest = shop.books.row("SELECT max(version) AS v FROM policies WHERE kind = 'refund'").v
    assert calculation["policy_version"] == newest


def test_every_move_has_somebody_behind_it() -> None:
    people = {Role.CLIENT, Role.SPECIALIST, Role.ACCOUNTANT}
    for came_from, reached in MOVES.items():
        for to in reached:
            assert made_by(came_from, to, SYSTEM) == SYSTEM
            by_person = (
                came_from
                not in (
                    RefundStatus.CALCULATING,
                    RefundStatus.PAYING,
                    RefundStatus.COMPLETED,
                )
                or to is RefundStatus.INQUIRY
            )
            assert (made_by(came_from, to, "ivanova") in people) == by_person
            assert made_by(came_from, to, "op-1", "aborted") == Role.OPERATOR


@pytest.mark.parametrize(
    ("address", "masked"),
    [("ivan@romashka.example", "i•••@romashka.example"), ("a@b.example", "a•••@b.example")],
)
def test_a_masked_address_keeps_a_letter_and_the_domain(address: str, masked: str) -> None:
    assert masked_address(address) == masked


_PAID_BY_HAND = ManualSettlement(PayoutStatus.PAID, "ivanova", "their statement, line 17")


@pytest.mark.parametrize(
    ("status", "reason", "role", "told"),
    [
        (PayoutStatus.PAID, None, Role.ACCOUNTANT, None),
        (PayoutStatus.REJECTED, "account_closed", Role.CLIENT, "счёт получателя закрыт"),
        (
            PayoutStatus.REJECTED,
            "word_of_tomorrow",
            Role.CLIENT,
            "выплата задерживается на нашей стороне",
        ),
        (PayoutStatus.PAID, "by hand", Role.ACCOUNTANT, "ivanova: their statement, line 17"),
        (PayoutStatus.PAID, "by hand", Role.CLIENT, None),
        (PayoutStatus.REJECTED, "by hand", Role.OPERATOR, "ivanova: their statement, line 17"),
        (PayoutStatus.REJECTED, "by hand", Role.BILLING, "банк не принял платёж"),
    ],
)
def test_a_payouts_reason_is_told_to_whom_it_concerns(
    status: PayoutStatus, reason: str | None, role: Role, told: str | None
) -> None:
    kept = reason_by_hand(_PAID_BY_HAND) if reason == "by hand" else reason
    assert payout_reason(status, kept, role, "ru") == told


@pytest.mark.parametrize("role", [Role.CLIENT, Role.ACCOUNTANT])
def test_silence_is_not_told_as_a_refusal(role: Role) -> None:
    told = payout_reason(PayoutStatus.UNKNOWN, "acquirer unavailable: ReadTimeout", role, "ru")
    assert told == "ответа нет: выясняем, проведён ли платёж"
