"""Decisions: in every status, by every role, with everything that can be wrong in them."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.access.roles import Role
from domain.refund.refund import ACTIONS, UNPAID_ENDS, Action, RefundStatus
from starter.access import roles_of
from starter.api.refund.actions import COMMANDS
from starter.caller import CALLING_ROLES
from tests.books import Line
from tests.scans import pdf
from tests.starter.refund.shop import (
    SERVICE,
    SUBSCRIPTION,
    Case,
    Person,
    Shop,
    code_of,
    requisites,
    wrong_fields,
)

OPERATIONS = {
    Action.WITHDRAW: "withdraw_refund",
    Action.ENTER_REQUISITES: "write_statement",
    Action.REQUEST_CODE: "request_code",
    Action.SIGN: "sign_statement",
    Action.UPLOAD_SCAN: "upload_scan",
    Action.CALCULATE: "calculate_refund",
    Action.DECLINE: "decline_refund",
    Action.ACCEPT: "accept_statement",
    Action.RETURN_STATEMENT: "return_statement",
    Action.RECALCULATE: "recalculate_refund",
    Action.APPROVE: "approve_refund",
    Action.RETRY_PAYOUT: "retry_payout",
    Action.PAY_BY_BANK: "pay_by_bank",
    Action.BOOK_GIVEN_BACK: "book_given_back",
    Action.WITHDRAW_INQUIRY: "withdraw_inquiry",
    Action.ANSWER_INQUIRY: "answer_inquiry",
    Action.BOOK_RETURN: "book_return",
}
BODIES: dict[Action, Any] = {
    Action.ENTER_REQUISITES: requisites(),
    Action.SIGN: {"code": "000000"},
    Action.CALCULATE: {"lines": [{"line_no": 1, "amount": "1.00"}], "reason": "Причина"},
    Action.DECLINE: {"reason": "Причина"},
    Action.RETURN_STATEMENT: {"remarks": "Замечание"},
    Action.RECALCULATE: {"reason": "Причина"},
    Action.RETRY_PAYOUT: {"reason": "Причина"},
    Action.PAY_BY_BANK: {"reason": "Причина"},
    Action.BOOK_GIVEN_BACK: {"reason": "Причина"},
    Action.ANSWER_INQUIRY: {"answer": "Деньги ушли 21 ноября"},
    Action.BOOK_RETURN: {"reason": "Причина"},
}
BIG = Line(1_220_000_000, "service")
SILENT_SECONDS = 60
"""How long the acquirer keeps a payout pending: longer than any of these tests."""
CALCULATION = {"lines": [{"line_no": 1, "amount": "12000000.00"}], "reason": "Не оказано"}


async def _awaiting_specialist(shop: Shop) -> Case:
    return await shop.opened(BIG)


async def _awaiting_statement(shop: Shop) -> Case:
    case = await _awaiting_specialist(shop)
    assert (await case.by(Role.SPECIALIST, "calculation", CALCULATION)).status_code == 200
    await case.drawn_up()
    return case


async def _under_review(shop: Shop) -> Case:
    return await (await _awaiting_statement(shop)).signed()


async def _awaiting_approval(shop: Shop) -> Case:
    case = await _under_review(shop)
    assert (await case.by(Role.SPECIALIST, "acceptance")).status_code == 200
    return case


async def _paying(shop: Shop) -> Case:
    """In payout for as long as the acquirer says nothing."""
    case = await _awaiting_approval(shop)
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments JOIN refunds r USING (invoice_number)"
        " WHERE r.id = %(id)s",
        id=case.id,
    )
    silence = {"kind": "pending_then", "seconds": SILENT_SECONDS}
    await shop.acquirer.misbehave({**silence, "match": {"payment_id": payment.id}})
    assert (await case.by(Role.ACCOUNTANT, "approval")).status_code == 200
    return case


async def _payout_held(shop: Shop) -> Case:
    """Refused by the acquirer for a reason of ours."""
    case = await _awaiting_approval(shop)
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments JOIN refunds r USING (invoice_number)"
        " WHERE r.id = %(id)s",
        id=case.id,
    )
    cancelled = {"kind": "cancel", "reason": "insufficient_funds"}
    await shop.acquirer.misbehave({**cancelled, "match": {"payment_id": payment.id}})
    assert (await case.by(Role.ACCOUNTANT, "approval")).status_code == 200
    await case.until("payout_held")
    return case


async def _completed(shop: Shop) -> Case:
    case = await _awaiting_approval(shop)
    assert (await case.by(Role.ACCOUNTANT, "approval")).status_code == 200
    await case.until("completed")
    return case


async def _declined(shop: Shop) -> Case:
    case = await _awaiting_specialist(shop)
    assert (await case.by(Role.SPECIALIST, "decline", {"reason": "Оказано"})).status_code == 200
    return case


async def _cancelled(shop: Shop) -> Case:
    case = await _awaiting_statement(shop)
    assert (await case.client.post(f"{case.path}/withdrawal")).status_code == 200
    return case


REACHED: dict[RefundStatus, Callable[[Shop], Awaitable[Case]]] = {
    RefundStatus.AWAITING_SPECIALIST: _awaiting_specialist,
    RefundStatus.AWAITING_STATEMENT: _awaiting_statement,
    RefundStatus.UNDER_REVIEW: _under_review,
    RefundStatus.AWAITING_APPROVAL: _awaiting_approval,
    RefundStatus.PAYING: _paying,
    RefundStatus.PAYOUT_HELD: _payout_held,
    RefundStatus.COMPLETED: _completed,
    RefundStatus.DECLINED: _declined,
    RefundStatus.CANCELLED: _cancelled,
}


def _who(shop: Shop, case: Case, action: Action) -> list[Person]:
    """Everybody whom the table of access lets try."""
    return [
        case.client if role is Role.CLIENT else shop.staff(role)
        for role in sorted(roles_of(OPERATIONS[action]))
    ]


async def _tried(case: Case, person: Person, action: Action) -> Any:
    method, ending = COMMANDS[action]
    if action is Action.UPLOAD_SCAN:
        return await person.upload(case.path + ending, pdf())
    return await person.send(method, case.path + ending, BODIES.get(action))


def test_every_action_of_the_table_is_tried() -> None:
    open_actions = {
        action for roles in ACTIONS.values() for actions in roles.values() for action in actions
    }
    assert open_actions == OPERATIONS.keys()


@pytest.mark.parametrize("status", REACHED)
async def test_every_command_in_a_status_that_has_no_place_for_it_changes_nothing(
    shop: Shop, status: RefundStatus
) -> None:
    case = await REACHED[status](shop)
    assert await case.status() == status
    before, allowed = case.papers(), ACTIONS.get(status, {})
    for action in OPERATIONS:
        for person in _who(shop, case, action):
            if action in allowed.get(person.caller.role, ()):
                continue
            refused = await _tried(case, person, action)
            elsewhere = any(action in actions for actions in allowed.values())
            expected = (403, "forbidden") if elsewhere else (409, "not_allowed_in_status")
            assert (refused.status_code, code_of(refused)) == expected, action
    assert case.papers() == before
    assert await case.status() == status


@pytest.mark.parametrize("status", REACHED)
async def test_the_actions_shown_are_those_of_the_caller(shop: Shop, status: RefundStatus) -> None:
    case = await REACHED[status](shop)
    ended_unpaid = status in UNPAID_ENDS
    for role in CALLING_ROLES & roles_of("read_refund"):
        person = case.client if role is Role.CLIENT else shop.staff(role)
        shown = [row["action"] for row in (await case.read(person))["actions"]]
        expected = list(ACTIONS.get(status, {}).get(role, ()))
        if role is Role.CLIENT:
            expected.append(Action.LEAVE_FEEDBACK if ended_unpaid else Action.CORRECT_CONTACT)
        assert shown == expected


async def test_a_command_to_no_case_or_anothers_case_is_not_found(shop: Shop) -> None:
    case = await _awaiting_statement(shop)
    stranger = shop.client(shop.books.client())
    nobodys = Case(shop, case.client, "refund-nothing-1")
    someone_elses = Case(shop, stranger, case.id)
    for at in (nobodys, someone_elses):
        assert (await stranger.get(at.path)).status_code == 404
        for action, operation in OPERATIONS.items():
            if Role.CLIENT in roles_of(operation):
                assert (await _tried(at, at.client, action)).status_code == 404, action
    for action in (Action.CALCULATE, Action.DECLINE, Action.ACCEPT, Action.RETURN_STATEMENT):
        refused = await _tried(nobodys, shop.staff(Role.SPECIALIST), action)
        assert refused.status_code == 404, action
    assert await case.status() == "awaiting_statement"


async def test_fifty_withdrawals_at_once_close_the_case_once(shop: Shop) -> None:
    case = await _awaiting_statement(shop)
    answers = await asyncio.gather(
        *(case.client.post(f"{case.path}/withdrawal") for _ in range(50))
    )
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {200: 1, 409: 49}
    history = (await case.read())["timeline"]
    assert [row["to_status"] for row in history].count("cancelled") == 1


async def test_a_repeat_under_the_same_key_answers_the_same_even_after_the_case_ended(
    shop: Shop,
) -> None:
    case = await _awaiting_statement(shop)
    first = await case.client.post(f"{case.path}/withdrawal", key=f"w-{case.id}")
    shop.books.connection.execute(
        "UPDATE idempotency_keys SET status_code = NULL, headers = NULL, body = NULL"
        " WHERE key = %s",
        (f"w-{case.id}",),
    )
    again = await case.client.post(f"{case.path}/withdrawal", key=f"w-{case.id}")
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.json()["status"] == "cancelled"


async def test_a_signature_whose_answer_was_lost_is_finished_by_its_repeat(shop: Shop) -> None:
    case = await _awaiting_statement(shop)
    code, key = await case.code(), f"s-{case.id}"
    first = await case.sign(code, key=key)
    shop.books.connection.execute(
        "UPDATE idempotency_keys SET status_code = NULL, headers = NULL, body = NULL"
        " WHERE key = %s",
        (key,),
    )
    again = await case.sign(code, key=key)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert case.papers()["signatures"] == 1


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"lines": [{"line_no": 1, "amount": "5000.00"}]}, {"/lines": "lines_missing"}),
        (
            {"lines": [{"line_no": 1, "amount": "1"}, {"line_no": 9, "amount": "1"}]},
            {"/lines": "lines_missing", "/lines/1/line_no": "lines_unknown"},
        ),
        (
            {"lines": [{"line_no": n, "amount": "1"} for n in (1, 2, 2)]},
            {"/lines/2/line_no": "line_twice"},
        ),
        (
            {"lines": [{"line_no": 1, "amount": "5000.01"}, {"line_no": 2, "amount": "0.00"}]},
            {"/lines/0/amount": "amount_above_refundable"},
        ),
        (
            {"lines": [{"line_no": 1, "amount": "0"}, {"line_no": 2, "amount": "0.00"}]},
            {"/lines": "sum_not_positive"},
        ),
        (
            {"deductions": [{"amount": "5001.00", "reason": "Расходы"}]},
            {"/lines": "sum_not_positive"},
        ),
        (
            {"deductions": [{"amount": "0.00", "reason": "Расходы"}]},
            {"/deductions/0/amount": "amount_not_positive"},
        ),
        (
            {"deductions": [{"amount": "1.00", "reason": " "}]},
            {"/deductions/0/reason": "field_too_short"},
        ),
        (
            {"lines": [{"line_no": 1, "amount": 1.0}, {"line_no": 2, "amount": "0.001"}]},
            {"/lines/0/amount": "amount_not_text", "/lines/1/amount": "amount_too_precise"},
        ),
        (
            {"lines": [{"line_no": 1, "amount": "-1"}, {"line_no": 2, "amount": "-0.00"}]},
            {"/lines/0/amount": "amount_not_positive", "/lines/1/amount": "amount_not_positive"},
        ),
        ({"reason": ""}, {"/reason": "field_too_short"}),
        ({"reason": "я" * 2001}, {"/reason": "field_too_long"}),
    ],
)
async def test_a_wrong_calculation_is_refused_by_field_and_nothing_is_kept(
    shop: Shop, changes: dict[str, Any], wrong: dict[str, str]
) -> None:
    case = await shop.opened(SERVICE, SUBSCRIPTION)
    before = case.papers()
    right = {
        "lines": [{"line_no": 1, "amount": "5000.00"}, {"line_no": 2, "amount": "0.00"}],
        "reason": "Причина",
    }
    answer = await case.by(Role.SPECIALIST, "calculation", {**right, **changes})
    assert wrong_fields(answer) == wrong
    assert case.papers() == before
    assert await case.status() == "awaiting_specialist"


async def test_a_specialist_gives_back_no_more_than_was_asked(shop: Shop) -> None:
    case = await shop.opened(SERVICE, SUBSCRIPTION, lines=[{"line_no": 1, "amount": "100.00"}])
    entry = {
        "lines": [{"line_no": 1, "amount": "100.01"}, {"line_no": 2, "amount": "0.01"}],
        "reason": "Причина",
    }
    answer = await case.by(Role.SPECIALIST, "calculation", entry)
    assert wrong_fields(answer) == {
        "/lines/0/amount": "amount_above_refundable",
        "/lines/1/amount": "amount_above_refundable",
    }
    assert "100,00" in answer.json()["errors"][0]["detail"]


async def test_a_declined_case_tells_its_reason_to_the_client(shop: Shop) -> None:
    case = await _declined(shop)
    last = (await case.read())["timeline"][-1]
    assert (last["to_status"], last["reason"], last["by_title"]) == (
        "declined",
        "Оказано",
        "специалист",
    )


async def test_an_accountant_may_decline_what_waits_for_approval(shop: Shop) -> None:
    case = await _awaiting_approval(shop)
    declined = await case.by(Role.ACCOUNTANT, "decline", {"reason": "Нет оснований"})
    assert (declined.status_code, declined.json()["status"]) == (200, "declined")
    last = (await case.read())["timeline"][-1]
    assert (last["by"], last["reason"]) == ("accountant", "Нет оснований")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"score": 0}, "/score", "field_malformed"),
        ({"score": 6}, "/score", "field_malformed"),
        ({"score": 4.5}, "/score", "field_malformed"),
        ({"score": "5"}, "/score", "field_malformed"),
        ({}, "/score", "field_missing"),
        ({"score": 5, "text": "я" * 2001}, "/text", "field_too_long"),
    ],
)
async def test_malformed_feedback_is_refused(
    shop: Shop, body: dict[str, Any], pointer: str, code: str
) -> None:
    case = Case(shop, shop.client(shop.books.client()), "refund-any-1")
    answer = await case.client.post(f"{case.path}/feedback", body)
    assert wrong_fields(answer) == {pointer: code}


async def test_feedback_is_taken_once_and_only_in_its_time(shop: Shop) -> None:
    case = await _cancelled(shop)
    path = f"{case.path}/feedback"
    shop.books.connection.execute(
        "UPDATE refunds SET closed_at = closed_at - interval '31 days' WHERE id = %s", (case.id,)
    )
    late = await case.client.post(path, {"score": 3})
    assert (late.status_code, code_of(late)) == (409, "feedback_closed")
    shop.books.connection.execute(
        "UPDATE refunds SET closed_at = closed_at + interval '31 days' WHERE id = %s", (case.id,)
    )
    answers = await asyncio.gather(
        *(case.client.post(path, {"score": score}) for score in (1, 2, 3, 4, 5))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 4}
