"""A mixed invoice above the limit: a specialist calculates, an accountant lets the money go."""

from typing import Any

from demo.case import Case
from demo.stage import Stage
from demo.stories.story import Ending, Story
from domain.access.roles import Role
from domain.money import amount_text
from domain.refund.refund import Action, RefundStatus
from simulation.dataset import NEW_SHIPYARD_REQUISITES
from simulation.expectation import expect

UNUSED_SUBSCRIPTION = 135_616_44
"""275 of 365 days of 180 000,00, as the policy proposes."""
LICENCE = 45_000_00
UNUSED_HOURS = 37_500_00
"""25 of 40 hours of 60 000,00."""
TRAVEL = 3_200_00

CALCULATED = UNUSED_SUBSCRIPTION + LICENCE + UNUSED_HOURS

REASON = "Тариф — по неиспользованным дням, ключ лицензии не выдан, обучение проведено на 15 часов."
TRAVEL_REASON = "Выезд инженера на внедрение: билеты по авансовому отчёту № 88"
REMARKS = "Счёт в Волго-Вятском банке закрыт. Укажите, пожалуйста, действующий расчётный счёт."
FEEDBACK = "Просили исправить реквизиты, но объяснили почему."


def play(stage: Stage) -> Case:
    """Calculated by a person, returned, signed again, approved by somebody else, paid, credited."""
    case = Case(stage, stage.data.mixed)
    specialist, accountant = stage.cast.specialist, stage.cast.accountant
    case.open(stage.data.today)
    _calculate(stage, case)
    case.enter_requisites(stage.data.mixed.client.requisites)
    case.sign()
    case.act(
        specialist,
        Action.RETURN_STATEMENT,
        "returns it: the account is closed",
        {"remarks": REMARKS},
    )
    case.enter_requisites(NEW_SHIPYARD_REQUISITES)
    case.sign()
    case.act(specialist, Action.ACCEPT, "accepts the statement")
    himself = stage.cast.in_another_role(specialist, Role.ACCOUNTANT)
    case.is_refused(himself, Action.APPROVE, "same_person", "who calculated tries to approve")
    case.act(accountant, Action.APPROVE, "somebody else approves")
    case.wait_until_paid()
    case.let_bank_days_pass()
    case.leave_feedback(4, FEEDBACK)
    return case


def _calculate(stage: Stage, case: Case) -> None:
    specialist = stage.cast.specialist
    proposed = case.view(specialist)["calculation"]["lines"][0]["result"]
    expect("the policy's proposal for the tariff", amount_text(UNUSED_SUBSCRIPTION), proposed)
    case.act(
        specialist,
        Action.CALCULATE,
        "calculates three lines and keeps back a trip",
        _calculation(),
    )


def _calculation() -> dict[str, Any]:
    lines = (UNUSED_SUBSCRIPTION, LICENCE, UNUSED_HOURS)
    return {
        "lines": [
            {"line_no": number, "amount": amount_text(kopecks)}
            for number, kopecks in enumerate(lines, start=1)
        ],
        "deductions": [{"amount": amount_text(TRAVEL), "reason": TRAVEL_REASON}],
        "reason": REASON,
    }


STORY = Story(
    title="(b) A mixed invoice above the limit",
    about="a tariff, a licence and a service: a specialist calculates, an accountant approves",
    play=play,
    ending=Ending(
        path=(
            RefundStatus.CALCULATING,
            RefundStatus.AWAITING_SPECIALIST,
            RefundStatus.AWAITING_STATEMENT,
            RefundStatus.UNDER_REVIEW,
            RefundStatus.AWAITING_STATEMENT,
            RefundStatus.UNDER_REVIEW,
            RefundStatus.AWAITING_APPROVAL,
            RefundStatus.PAYING,
            RefundStatus.COMPLETED,
            RefundStatus.COMPLETED,
        ),
        calculated_kopecks=CALCULATED,
        deducted_kopecks=TRAVEL,
        letters=(
            (Role.CLIENT, "refund_awaiting_specialist"),
            (Role.SPECIALIST, "staff_calculation_needed"),
            (Role.CLIENT, "refund_awaiting_statement"),
            (Role.CLIENT, "refund_one_time_code"),
            (Role.CLIENT, "refund_under_review"),
            (Role.SPECIALIST, "staff_review_needed"),
            (Role.CLIENT, "refund_statement_returned"),
            (Role.CLIENT, "refund_one_time_code"),
            (Role.CLIENT, "refund_under_review"),
            (Role.SPECIALIST, "staff_review_needed"),
            (Role.CLIENT, "refund_awaiting_approval"),
            (Role.ACCOUNTANT, "staff_approval_needed"),
            (Role.CLIENT, "refund_paying"),
            (Role.CLIENT, "refund_completed"),
            (Role.CLIENT, "refund_credited"),
        ),
    ),
)
