"""What a case answers: equal and other requests, commands out of place, and refusals."""

import asyncio
from dataclasses import replace

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from domain.refund.refund import ACTIONS, Action, AskedLine, RefundStatus
from tests.workflows.case_under_test import CaseUnderTest, ask, case_with, product_client
from tests.workflows.fakes import FakeSteps
from tests.workflows.test_failed_steps import refusal_of
from workflows.case.kernel import FORETOLD_WITHIN
from workflows.refund import STEPS

WAY = (
    (RefundStatus.AWAITING_SPECIALIST, ("calculate", "petrova")),
    (RefundStatus.AWAITING_STATEMENT, ("sign", "client-1")),
    (RefundStatus.UNDER_REVIEW, ("accept", "petrova")),
    (RefundStatus.AWAITING_APPROVAL, ("approve", "kuznetsova")),
)
"""Every status that waits for a person, and the command that leads to the next one."""


async def refused(case: CaseUnderTest, command: str, by: str = "somebody") -> str | None:
    with pytest.raises(WorkflowUpdateFailedError) as error:
        await case.command(command, by)
    return refusal_of(error.value)


async def test_equal_requests_meet_in_one_case(temporal_env: WorkflowEnvironment) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        client = product_client(temporal_env)
        again = [ask(client, case.queue, case.request) for _ in range(5)]
        assert await asyncio.gather(*again) == [case.opened] * 5
    assert case.steps.performed == ["open"]


async def test_an_equal_request_later_is_answered_with_the_case_as_it_is_now(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        await case.command("sign", "client-1", "signature-1")
        answered = await ask(product_client(temporal_env), case.queue, case.request)
        assert answered.status is RefundStatus.UNDER_REVIEW


async def test_another_request_is_refused_while_the_case_is_open(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        other = replace(case.request, asked=(AskedLine(1),))
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await ask(product_client(temporal_env), case.queue, other)
        assert refusal_of(error.value) == "refund_already_open"


async def test_every_command_in_every_other_status_is_refused_and_changes_nothing(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST, above_limit=True)
    async with case_with(temporal_env, steps) as case:
        for status, (command, by) in WAY:
            await case.shows(CaseStatus=status)
            done = list(steps.performed)
            allowed = {action for actions in ACTIONS[status].values() for action in actions}
            for action in sorted(set(STEPS) - allowed):
                assert await refused(case, action) == "not_allowed_in_status"
            assert steps.performed == done
            await case.command(command, by)
        await case.did("complete system")
        for action in set(STEPS) - {Action.OPEN_INQUIRY}:
            assert await refused(case, action) == "not_allowed_in_status"
        assert steps.performed[-1] == "complete system"


async def test_whoever_calculated_may_not_approve(temporal_env: WorkflowEnvironment) -> None:
    steps = FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST, above_limit=True)
    async with case_with(temporal_env, steps) as case:
        await case.command("calculate", "petrova", "calculation-1")
        await case.command("sign", "client-1", "signature-1")
        await case.command("accept", "petrova")
        assert await refused(case, "approve", "petrova") == "same_person"
        assert await refused(case, "approve", "Petrova\u200b") == "same_person"
        assert (await case.command("approve", "kuznetsova")).status is RefundStatus.PAYING


async def test_a_stale_signature_is_refused_and_a_fresh_one_is_taken(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(refusals={"record_statement": "signature_stale"})
    async with case_with(temporal_env, steps) as case:
        before = await case.attributes()
        assert await refused(case, "sign", "client-1") == "signature_stale"
        assert await case.attributes() == before
        assert (
            await case.command("sign", "client-1", "signature-2")
        ).status is RefundStatus.UNDER_REVIEW
    assert [change.number for change in steps.changes] == [3, 3]


async def test_of_two_decisions_at_once_one_is_taken(temporal_env: WorkflowEnvironment) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        await case.command("sign", "client-1", "signature-1")
        answers = await asyncio.gather(
            case.command("return_statement", "petrova", "remark-1"),
            case.command("accept", "petrova"),
            case.command("accept", "sidorova"),
            return_exceptions=True,
        )
        taken = [answer for answer in answers if not isinstance(answer, BaseException)]
        assert len(taken) == 1
        codes = {refusal_of(e) for e in answers if isinstance(e, WorkflowUpdateFailedError)}
        assert codes == {"not_allowed_in_status"}
    assert case.steps.performed[:2] == ["open", "record_statement client-1"]


@pytest.mark.parametrize(
    ("status", "title", "who"),
    [
        (RefundStatus.AWAITING_SPECIALIST, "Ждёт расчёта специалиста", "специалист"),
        (RefundStatus.AWAITING_STATEMENT, "Ждём заявления от клиента", "клиент"),
    ],
)
async def test_the_web_ui_says_in_russian_who_is_waited_for(
    status: RefundStatus, title: str, who: str, temporal_env: WorkflowEnvironment
) -> None:
    async with case_with(temporal_env, FakeSteps(opens_in=status)) as case:
        details = await case.details()
        assert details.startswith(f"### {title}")
        assert f"Ждём: {who} до " in details


async def test_operators_find_a_case_by_its_search_attributes(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        assert case.opened.wait is not None
        shown = await case.attributes()
        assert abs(shown.pop("WaitUntil") - case.opened.wait.until) < FORETOLD_WITHIN
        assert shown == {
            "CaseStatus": "awaiting_statement",
            "WaitingFor": "client",
            "CaseChanges": case.opened.changes,
        }
        withdrawn = await case.command("withdraw", "client-1")
        await case.outcome()
        assert await case.attributes() == {
            "CaseStatus": "cancelled",
            "CaseChanges": withdrawn.changes,
        }


async def test_every_command_of_a_person_leads_to_a_step() -> None:
    commands = {
        action for by_role in ACTIONS.values() for row in by_role.values() for action in row
    }
    written_by_the_api = {Action.ENTER_REQUISITES, Action.REQUEST_CODE, Action.UPLOAD_SCAN}
    # An inquiry is open to a client by its days, not by the status alone.
    assert commands - written_by_the_api | {Action.OPEN_INQUIRY} == set(STEPS)
