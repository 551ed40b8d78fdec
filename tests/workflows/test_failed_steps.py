"""A step that does not go: local tries, visible retries, the operator; never a failed case."""

import asyncio
from datetime import date

import pytest
from temporalio.client import (
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowUpdateFailedError,
)
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.testing import WorkflowEnvironment

from domain.payout.payout import Channel, ManualSettlement, PayoutStatus
from domain.refund.refund import RefundStatus
from tests.workflows.case_under_test import CaseUnderTest, case_with, eventually
from tests.workflows.fakes import NEVER, PAID, UNKNOWN, FakeSteps
from workflows.case.resolution import Resolution, ResolutionAction

UNREACHABLE = "DatabaseUnavailable"


def refusal_of(error: WorkflowUpdateFailedError) -> str | None:
    assert isinstance(error.cause, ApplicationError)
    return error.cause.type


async def _accepted(case: CaseUnderTest) -> None:
    """Two decisions of people, and the payout begins."""
    await case.command("sign", "client-1", "signature-1")
    await case.command("accept", "petrova")


async def _stuck(case: CaseUnderTest) -> asyncio.Task[object]:
    """The acceptance's step has failed and waits for the operator; its caller waits too."""
    await case.command("sign", "client-1", "signature-1")
    accepted: asyncio.Task[object] = asyncio.create_task(case.command("accept", "petrova"))
    await case.shows(NeedsOperator=True)
    return accepted


async def test_a_passing_failure_is_tried_again_and_nobody_notices(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(failures={"complete": 1}, failure=UNREACHABLE)
    async with case_with(temporal_env, steps) as case:
        await _accepted(case)
        await case.did("complete system")
        assert (await case.events()).count("ACTIVITY_TASK_SCHEDULED") == 1  # the payout
    assert steps.tries["complete"] == 2


async def test_what_fails_locally_goes_on_as_an_activity_that_an_operator_sees(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(failures={"complete": 3}, failure=UNREACHABLE)
    async with case_with(temporal_env, steps) as case:
        await _accepted(case)
        await case.did("complete system")
        assert (await case.events()).count("ACTIVITY_TASK_SCHEDULED") == 2  # with the payout
        assert "NeedsOperator" not in await case.attributes()
    assert steps.tries["complete"] == 4


async def test_a_case_shows_what_failed_and_what_can_be_done(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps(failures={"accept": 2})) as case:
        accepted = await _stuck(case)
        details = await case.details()
        assert "### Заявление на проверке" in details
        assert "**9 693,55 ₽**" in details.replace("\xa0", " ").replace("\u202f", " ")
        assert "«Принять заявление»: CaseDiverged: нет связи с базой" in details
        assert "resolve_failed_step" in details
        assert "`abort`" in details
        await case.resolve(ResolutionAction.RETRY)
        await accepted
        await case.shows(NeedsOperator=False)
        assert "Сбой" not in await case.details()


@pytest.mark.parametrize(
    ("status", "commands", "step"),
    [
        (RefundStatus.AWAITING_SPECIALIST, (("calculate", "petrova"),), "record_calculation"),
        (RefundStatus.AWAITING_STATEMENT, (("sign", "client-1"),), "record_statement"),
        (RefundStatus.AWAITING_STATEMENT, (("sign", "client-1"), ("accept", "petrova")), "accept"),
        (
            RefundStatus.AWAITING_STATEMENT,
            (("sign", "client-1"), ("accept", "petrova"), ("approve", "kuznetsova")),
            "approve",
        ),
    ],
)
async def test_giving_a_step_up_declines_the_case_wherever_it_waits(
    status: RefundStatus,
    commands: tuple[tuple[str, str], ...],
    step: str,
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(opens_in=status, above_limit=True, failures={step: NEVER})
    async with case_with(temporal_env, steps) as case:
        for command, by in commands[:-1]:
            await case.command(command, by)
        last = asyncio.create_task(case.command(*commands[-1]))
        await case.shows(NeedsOperator=True)
        await case.resolve(ResolutionAction.ABORT)
        assert (await last).status is RefundStatus.DECLINED
        assert (await case.outcome()).status is RefundStatus.DECLINED
    assert (steps.performed[-1], steps.changes[-1].reason) == ("decline orlov", "aborted")


async def test_giving_up_the_giving_up_is_not_possible(temporal_env: WorkflowEnvironment) -> None:
    steps = FakeSteps(failures={"accept": NEVER, "decline": 1})
    async with case_with(temporal_env, steps) as case:
        accepted = await _stuck(case)
        await case.resolve(ResolutionAction.ABORT)

        async def declining() -> bool:
            return "Отказать в возврате" in await case.details()

        await eventually(declining)
        await case.shows(NeedsOperator=True)
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await case.resolve(ResolutionAction.ABORT)
        assert refusal_of(error.value) == "not_abortable"
        await case.resolve(ResolutionAction.RETRY)
        await accepted
        assert (await case.outcome()).status is RefundStatus.DECLINED


async def test_a_deadline_that_cannot_be_moved_may_stay(temporal_env: WorkflowEnvironment) -> None:
    steps = FakeSteps(opens_in=RefundStatus.AWAITING_SPECIALIST, failures={"move_deadline": NEVER})
    async with case_with(temporal_env, steps) as case:
        await case.handle.signal("calendar_changed")
        await case.shows(NeedsOperator=True)
        await case.resolve(ResolutionAction.ABORT)
        await case.shows(NeedsOperator=False)
        calculated = await case.command("calculate", "petrova", "calculation-1")
        assert calculated.status is RefundStatus.AWAITING_STATEMENT


async def test_an_opening_given_up_is_refused_and_the_run_fails(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(failures={"open": NEVER})
    ended: list[WorkflowExecutionStatus | None] = []

    async def give_up(case: CaseUnderTest) -> None:
        await case.shows(CaseStatus="calculating", WaitingFor="operator", NeedsOperator=True)
        await case.resolve(ResolutionAction.ABORT)
        with pytest.raises(WorkflowFailureError) as failed:
            await case.handle.result()
        assert isinstance(failed.value.cause, ApplicationError)
        ended.append((await case.handle.describe()).status)

    with pytest.raises(WorkflowUpdateFailedError) as refused:
        async with case_with(temporal_env, steps, meanwhile=give_up):
            pass
    assert refusal_of(refused.value) == "aborted"
    assert ended == [WorkflowExecutionStatus.FAILED]


@pytest.mark.parametrize(
    ("resolution", "code"),
    [
        (Resolution(ResolutionAction.RETRY, "orlov"), "no_failed_step"),
        (Resolution(ResolutionAction.ABORT, "orlov"), "no_failed_step"),
    ],
)
async def test_nothing_is_resolved_where_nothing_has_failed(
    resolution: Resolution, code: str, temporal_env: WorkflowEnvironment
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await case.handle.execute_update("resolve_failed_step", resolution)
        assert refusal_of(error.value) == code


async def test_a_resolution_names_its_author(temporal_env: WorkflowEnvironment) -> None:
    async with case_with(temporal_env, FakeSteps(failures={"accept": 2})) as case:
        accepted = await _stuck(case)
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await case.handle.execute_update(
                "resolve_failed_step", Resolution(ResolutionAction.RETRY, " ")
            )
        assert refusal_of(error.value) == "by_missing"
        await case.resolve(ResolutionAction.RETRY)
        await accepted


async def test_a_retry_for_all_does_nothing_to_a_case_that_is_well(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps()) as case:
        await case.handle.signal("retry_failed_step", {"by": "orlov"})
        assert (await case.command("withdraw", "client-1")).status is RefundStatus.CANCELLED


async def test_money_on_its_way_is_never_given_up(temporal_env: WorkflowEnvironment) -> None:
    steps = FakeSteps(failures={"send": 1, "look_up": 1})
    async with case_with(temporal_env, steps) as case:
        await case.command("sign", "client-1", "signature-1")
        await case.command("accept", "petrova")
        await case.shows(NeedsOperator=True)
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await case.resolve(ResolutionAction.ABORT)
        assert refusal_of(error.value) == "not_abortable"
        details = await case.details()
        assert "settle_by_hand" in details
        assert "`abort`" not in details
        await case.resolve(ResolutionAction.RETRY)
        await case.did("complete system")


async def test_a_first_request_that_fails_is_shown_as_under_way_and_looked_up_not_repeated(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(failures={"send": 1, "look_up": 2}, failure="AcquirerUnavailable")
    async with case_with(temporal_env, steps) as case:
        await case.command("sign", "client-1", "signature-1")
        await case.command("accept", "petrova")
        await case.shows(CaseStatus="paying", WaitingFor="bank")
        await case.did("complete system")
    assert steps.performed[-4:] == ["accept petrova", "look_up 1", "record paid", "complete system"]
    assert (steps.tries["send"], steps.tries["look_up"]) == (1, 3)


async def test_only_the_bank_statement_settles_a_payout_through_the_bank(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(channel=Channel.BANK, failures={"record": 2})
    word = ManualSettlement(PayoutStatus.PAID, "orlov", "по выписке", date(2026, 11, 23))
    async with case_with(temporal_env, steps) as case:
        await case.command("sign", "client-1", "signature-1")
        await case.command("accept", "petrova")
        await case.bank_says(PAID)
        await case.shows(NeedsOperator=True)
        assert "settle_by_hand" not in await case.details()
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await case.settle(word)
        assert refusal_of(error.value) == "not_abortable"
        await case.resolve(ResolutionAction.RETRY)
        await case.did("complete system")


async def test_a_cancelled_case_ends_once_its_money_has_gone_on(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(payouts=(UNKNOWN, PAID))
    async with case_with(temporal_env, steps) as case:
        await case.command("sign", "client-1", "signature-1")
        await case.command("accept", "petrova")
        await case.did("record unknown")
        await case.handle.cancel()
        await case.bank_says(PAID)
        with pytest.raises(WorkflowFailureError) as error:
            await case.outcome()
        assert isinstance(error.value.cause, CancelledError)
    assert steps.performed[-1] == "record paid"


async def test_a_case_cancelled_while_its_step_fails_is_not_an_operators_matter(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(
        opens_in=RefundStatus.AWAITING_SPECIALIST,
        failures={"move_deadline": NEVER},
        failure=UNREACHABLE,
    )
    async with case_with(temporal_env, steps) as case:
        await case.handle.signal("calendar_changed")

        async def visible() -> bool:
            return "ACTIVITY_TASK_SCHEDULED" in await case.events()

        await eventually(visible)
        await case.handle.cancel()
        with pytest.raises(WorkflowFailureError) as error:
            await case.outcome()
        assert isinstance(error.value.cause, CancelledError)
        assert "NeedsOperator" not in await case.attributes()


async def test_operators_are_told_once_of_a_step_however_often_it_fails(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(failures={"accept": 3})
    async with case_with(temporal_env, steps) as case:
        accepted = await _stuck(case)
        await case.resolve(ResolutionAction.RETRY)
        await case.did_try("accept", 3)
        await case.shows(NeedsOperator=True)
        await case.resolve(ResolutionAction.RETRY)
        await accepted
    (told,) = steps.told
    assert (told.workflow_id, told.kind) == (case.request.refund_id, "CaseDiverged")


async def test_a_payout_that_waits_for_its_operator_says_so_in_the_list_and_only_then(
    temporal_env: WorkflowEnvironment,
) -> None:
    async with case_with(temporal_env, FakeSteps(failures={"send": 1, "look_up": 1})) as case:
        await _accepted(case)
        await case.shows(CaseStatus="paying", NeedsOperator=True)
        await case.resolve(ResolutionAction.RETRY)
        await case.shows(CaseStatus="completed", NeedsOperator=False)


async def test_an_address_that_is_not_stored_is_refused_and_holds_nothing_up(
    temporal_env: WorkflowEnvironment,
) -> None:
    """The operator decides about the steps of the process; a caller may correct once more."""
    steps = FakeSteps(failures={"correct_contact": NEVER})
    async with case_with(temporal_env, steps) as case:
        with pytest.raises(WorkflowUpdateFailedError) as error:
            await case.command("correct_contact", "client-1", "contact-1")
        assert refusal_of(error.value) == "contact_not_stored"
        assert "NeedsOperator" not in await case.attributes()
        steps.failures.clear()
        corrected = await case.command("correct_contact", "client-1", "contact-2")
        assert corrected.changes == case.opened.changes + 1
        await case.command("sign", "client-1", "signature-1")
    assert [change.number for change in steps.changes][-2:] == [3, 4]


async def test_an_address_is_taken_while_a_payout_waits_for_the_operator(
    temporal_env: WorkflowEnvironment,
) -> None:
    steps = FakeSteps(payouts=(UNKNOWN, PAID), failures={"look_up": NEVER})
    async with case_with(temporal_env, steps) as case:
        await _accepted(case)
        await case.shows(NeedsOperator=True)
        corrected = await case.command("correct_contact", "client-1", "contact-1")
        assert corrected.status is RefundStatus.PAYING
        assert (await case.attributes())["NeedsOperator"]
        steps.failures.clear()
        await case.resolve(ResolutionAction.RETRY)
        await case.did("complete system")
    assert [change.number for change in steps.changes][-3:] == [4, 5, 6]
