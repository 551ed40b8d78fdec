"""A command to a case whose database is ahead of it, or has moved on since the case refused."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from temporalio.client import Client

from activities.refund import RefundActivities
from activities.renewal import RenewalActivities
from domain.access.roles import Role
from domain.case.decision import Decision
from domain.refund.refund import Change
from domain.renewal.renewal import RenewalChange
from gateways.scans import ScanReader
from starter.caller import Caller
from starter.commands.cases import Cases
from starter.commands.refund import case as refund
from starter.commands.refusal import Refusal, RefusalKind
from starter.commands.renewal import case as renewal
from starter.commands.renewal.order import cancel_order
from starter.commands.services import Services
from tests.books import Line
from tests.starter.caller import settings
from tests.workflows.case_under_test import eventually
from tests.workflows.race import Installation, Race, RealCase, kinds, outcome
from tests.workflows.renewal_race import MINUTE, RacedRenewal, RenewalRace
from workflows.refund import RefundWorkflow
from workflows.renewal import RenewalWorkflow

SPECIALIST = Caller("petrova", Role.SPECIALIST)
LARGE = Line(20_000_000)
"""Above both limits: a specialist calculates, an accountant approves."""


def services(race: Installation) -> Services:
    """What a command to the cases of a race works with."""

    async def connect() -> Client:
        return race.client

    configured = settings(race.books.connection.info.dsn)
    return Services(configured, race.database, Cases(connect, race.queue), ScanReader())


# The case refused, and the database has moved on since.


async def test_a_refusal_of_a_command_that_the_case_had_taken_holds_when_the_case_has_moved_on(
    renewals: RenewalRace,
) -> None:
    """A first purchase is paid while its client calls it off: the next term begins at once."""
    async with renewals.worker():
        case = renewals.case(renewals.books.renewal_request(renewals.books.subscription()))
        await case.says("order", case.order())
    await case.pay()
    await case.looks()
    command_id = uuid4()
    submission_id = str(uuid5(command_id, "cancellation"))
    first = await case.sent("cancel_order", "client", submission_id, str(command_id))
    async with renewals.worker():
        await case.until("renewed")
        for _ in range(2):
            with pytest.raises(Refusal) as refused:
                await cancel_order(
                    services(renewals),
                    Caller("client", Role.CLIENT, case.client_id),
                    command_id,
                    case.id,
                )
            assert (refused.value.kind, refused.value.code) == (
                RefusalKind.CONFLICT,
                "not_allowed_in_status",
            )
    await outcome(first)


async def test_a_command_is_answered_before_the_card_payment_hears_of_it(
    renewals: RenewalRace,
) -> None:
    """While it was signalled, the case refused the next command in a status that allows it."""
    async with renewals.worker():
        case = await renewals.ordered(method="bank_card")
        await case.says("cancel_order")
        await eventually(case.rests)
        events = await kinds(case.handle)
    signalled = events.index("SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED")
    answered = [at for at, one in enumerate(events) if one == "WORKFLOW_EXECUTION_UPDATE_COMPLETED"]
    assert "WORKFLOW_TASK_STARTED" not in events[signalled : answered[-1]]


# The database is ahead of the case, which waits for days and hears nothing.


async def called_off_behind_its_back(case: RacedRenewal) -> None:
    """The change is stored as by a step whose worker and server then lost everything of it."""
    steps = RenewalActivities(case.race.database)
    change = RenewalChange(case.id, case.row.version + 1, datetime.now(UTC), "client", str(uuid4()))
    assert (await steps.cancel_order(change)).status == "watching"


async def test_an_order_for_a_renewal_that_is_behind_its_row_makes_it_catch_up(
    renewals: RenewalRace,
) -> None:
    async with renewals.worker():
        case = await renewals.ordered()
        await called_off_behind_its_back(case)
        command_id = uuid4()
        decision = Decision("client", case.order())
        result = await renewal.order(services(renewals), case.request, decision, command_id)
        assert result.status == "awaiting_payment"
    assert case.history == ["watching", "awaiting_payment", "watching", "awaiting_payment"]


async def test_an_order_that_a_renewal_takes_behind_its_row_is_refused_by_what_stands_there(
    renewals: RenewalRace,
) -> None:
    async with renewals.worker():
        case = await renewals.watching()
        steps = RenewalActivities(renewals.database)
        change = RenewalChange(
            case.id, case.row.version + 1, datetime.now(UTC), "client", case.order()
        )
        assert (await steps.order(change)).status == "awaiting_payment"
        decision = Decision("client", case.order())
        with pytest.raises(Refusal) as refused:
            await renewal.order(services(renewals), case.request, decision, uuid4())
    assert refused.value.code == "order_open"


async def test_an_order_is_taken_in_the_grace_that_the_case_has_not_heard_of(
    renewals: RenewalRace,
) -> None:
    """The worker died after the step that ended the term, and the client orders meanwhile."""
    async with renewals.worker():
        case = await renewals.watching()
        await case.approach(case.expires_at, MINUTE)
        steps = RenewalActivities(renewals.database)
        over = RenewalChange(case.id, case.row.version + 1, case.expires_at + MINUTE)
        assert (await steps.lapse(over)).status == "lapsed"
        decision = Decision("client", case.order())
        result = await renewal.order(services(renewals), case.request, decision, uuid4())
        assert result.status == "awaiting_payment"
    assert case.history == ["watching", "lapsed", "awaiting_payment"]


def returned(case: RealCase) -> Change:
    """A change of a refund for which somebody returns the statement."""
    row = case.race.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
    remark = case.race.books.remark(case.id)
    return Change(case.id, row.version + 1, datetime.now(UTC), "petrova", remark)


async def test_a_signature_for_a_refund_that_is_behind_its_row_makes_it_catch_up(
    refunds: Race,
) -> None:
    async with refunds.worker():
        case = await refunds.signed()
        await RefundActivities(refunds.database).return_statement(returned(case))
        client = Caller("client", Role.CLIENT, case.request.client_id)
        signature = UUID(refunds.books.signed(case.id))
        result = await refund.decide(
            services(refunds), RefundWorkflow.sign, case.id, client, uuid4(), signature
        )
        assert result.status == "under_review"
        await eventually(case.is_caught_up)


async def test_a_refund_that_has_ended_behind_its_back_ends_and_says_so(refunds: Race) -> None:
    async with refunds.worker():
        case = await refunds.signed()
        row = refunds.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
        ending = Change(case.id, row.version + 1, datetime.now(UTC), "client")
        await RefundActivities(refunds.database).withdraw(ending)
        await case.handle.signal("recheck")
        await case.ends()
        with pytest.raises(Refusal) as refused:
            await refund.decide(
                services(refunds), RefundWorkflow.accept, case.id, SPECIALIST, uuid4(), uuid4()
            )
    assert refused.value.code == "case_closed"
    outcome_of_case = await case.handle.result()
    assert outcome_of_case["status"] == "cancelled"


async def test_a_withdrawal_that_only_the_database_knows_is_answered_by_what_it_did(
    refunds: Race,
) -> None:
    """Its update was forgotten after its step; its repeat comes to a case that has ended by it."""
    submission = uuid4()
    async with refunds.worker():
        case = await refunds.signed()
        row = refunds.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
        ending = Change(case.id, row.version + 1, datetime.now(UTC), "client", str(submission))
        await RefundActivities(refunds.database).withdraw(ending)
        await case.handle.signal("recheck")
        await case.ends()
        client = Caller("client", Role.CLIENT, case.request.client_id)
        result = await refund.decide(
            services(refunds), RefundWorkflow.withdraw, case.id, client, uuid4(), submission
        )
    assert result.status == "cancelled"


async def test_a_cancelled_order_that_only_the_database_knows_is_answered_by_what_it_did(
    renewals: RenewalRace,
) -> None:
    decision = Decision("client", str(uuid4()))
    async with renewals.worker():
        case = await renewals.ordered()
        steps = RenewalActivities(renewals.database)
        change = RenewalChange(
            case.id, case.row.version + 1, datetime.now(UTC), "client", decision.submission_id
        )
        await steps.cancel_order(change)
        result = await renewal.decide(
            services(renewals), RenewalWorkflow.cancel_order, case.id, decision, uuid4()
        )
    assert result.status == "watching"


async def test_a_refund_that_was_credited_behind_its_back_is_not_closed_twice(
    refunds: Race,
) -> None:
    async with refunds.worker():
        case = await refunds.paid()
        row = refunds.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
        closing = Change(case.id, row.version + 1, datetime.now(UTC), "system")
        await RefundActivities(refunds.database).close(closing)
        history = case.history
        await case.handle.signal("recheck")
        await case.ends()
    assert case.history == history


async def test_a_refund_that_is_where_its_row_is_takes_no_notice_of_a_look(refunds: Race) -> None:
    async with refunds.worker():
        case = await refunds.signed()
        history = case.history
        await case.handle.signal("recheck")
        await eventually(case.is_caught_up)
        assert (await case.command("accept", "petrova")).status == "paying"
        await case.until("completed")
    assert case.history == [*history, ("paying", "petrova"), ("completed", "system")]


# A refund takes a command by the status before a change that only the database knows.


async def stored_behind_its_back(case: RealCase, step: str, **what: Any) -> None:
    """The next change of a refund, by a step whose worker and server then lost everything of it."""
    row = case.race.books.row("SELECT version FROM refunds WHERE id = %(id)s", id=case.id)
    change = Change(case.id, row.version + 1, datetime.now(UTC), **{"by": "petrova", **what})
    result = await getattr(RefundActivities(case.race.database), step)(change)
    assert (result.refusal, result.changes) == (None, change.number)


async def calculated_behind_its_back(refunds: Race) -> RealCase:
    case = await refunds.asked(LARGE)
    calculation = refunds.books.calculation(case.id, LARGE.sum_kopecks)
    await stored_behind_its_back(case, "record_calculation", submission_id=calculation)
    assert case.status == "awaiting_statement"
    return case


async def test_a_withdrawal_is_carried_out_where_the_case_is_and_not_where_it_believes_to_be(
    refunds: Race,
) -> None:
    """The client reads «Заполните заявление» and withdraws; the case waits for a specialist."""
    async with refunds.worker():
        case = await calculated_behind_its_back(refunds)
        client = Caller("client", Role.CLIENT, case.request.client_id)
        result = await refund.decide(
            services(refunds), RefundWorkflow.withdraw, case.id, client, uuid4(), uuid4()
        )
        assert result.status == "cancelled"
        await case.ends()
    assert [to for to, _ in case.history][-2:] == ["awaiting_statement", "cancelled"]


async def test_a_command_that_is_over_where_the_case_is_stays_refused(refunds: Race) -> None:
    async with refunds.worker():
        case = await calculated_behind_its_back(refunds)
        remark = UUID(refunds.books.remark(case.id))
        with pytest.raises(Refusal) as refused:
            await refund.decide(
                services(refunds), RefundWorkflow.decline, case.id, SPECIALIST, uuid4(), remark
            )
        assert refused.value.code == "not_allowed_in_status"
        await eventually(case.is_caught_up)
    assert case.status == "awaiting_statement"


async def test_a_specialist_s_refusal_is_not_carried_out_where_an_accountant_decides(
    refunds: Race,
) -> None:
    """Both may decline, each in a status of its own: the acceptance was first."""
    async with refunds.worker():
        case = await refunds.asked(LARGE)
        calculation = refunds.books.calculation(case.id, LARGE.sum_kopecks)
        await case.command("calculate", "petrova", calculation)
        await case.command("sign", case.request.client_id, refunds.books.signed(case.id))
        await stored_behind_its_back(case, "accept")
        remark = UUID(refunds.books.remark(case.id))
        with pytest.raises(Refusal) as refused:
            await refund.decide(
                services(refunds), RefundWorkflow.decline, case.id, SPECIALIST, uuid4(), remark
            )
        assert refused.value.code == "not_allowed_in_status"
        await eventually(case.is_caught_up)
    assert case.status == "awaiting_approval"


async def test_another_address_for_letters_is_taken_where_the_case_is(refunds: Race) -> None:
    async with refunds.worker():
        case = await calculated_behind_its_back(refunds)
        client = Caller("client", Role.CLIENT, case.request.client_id)
        named = UUID(refunds.books.contact(case.request.client_id))
        result = await refund.decide(
            services(refunds), RefundWorkflow.correct_contact, case.id, client, uuid4(), named
        )
        assert (result.status, result.refusal) == ("awaiting_statement", None)
        await eventually(case.is_caught_up)
    row = refunds.books.row("SELECT contact_email FROM refunds WHERE id = %(id)s", id=case.id)
    assert row.contact_email == "dir@romashka.example"


async def test_an_inquiry_is_opened_over_a_close_that_the_case_has_not_heard_of(
    refunds: Race,
) -> None:
    async with refunds.worker():
        case = await refunds.paid_by_bank()
        refunds.books.connection.execute(
            "UPDATE refunds SET credit_by = CAST(now() AS date) - 1 WHERE id = %s", (case.id,)
        )
        await stored_behind_its_back(case, "close", by="system")
        client = Caller("client", Role.CLIENT, case.request.client_id)
        paper = UUID(refunds.books.inquiry(case.id))
        result = await refund.decide(
            services(refunds), RefundWorkflow.open_inquiry, case.id, client, uuid4(), paper
        )
        assert result.status == "inquiry"
        await eventually(case.is_caught_up)
        await case.end()
