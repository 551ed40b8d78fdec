"""A subscription paid by card: the sum is automatic, and nobody but the reviewer is needed."""

from demo.case import Case
from demo.stage import Stage
from demo.stories.story import Ending, Story
from domain.access.roles import Role
from domain.refund.refund import Action, RefundStatus

FEEDBACK = "Всё понятно и быстро, спасибо."


def play(stage: Stage) -> Case:
    """Asked, signed, accepted, paid, credited."""
    case = Case(stage, stage.data.subscription)
    case.open(stage.data.today)
    case.enter_requisites(stage.data.subscription.client.requisites)
    case.sign()
    case.act(stage.cast.specialist, Action.ACCEPT, "accepts the statement")
    case.wait_until_paid()
    case.let_bank_days_pass()
    case.leave_feedback(5, FEEDBACK)
    return case


STORY = Story(
    title="(a) A subscription paid by card",
    about="75 of 365 days are used; the policy computes the rest by itself",
    play=play,
    ending=Ending(
        path=(
            RefundStatus.CALCULATING,
            RefundStatus.AWAITING_STATEMENT,
            RefundStatus.UNDER_REVIEW,
            RefundStatus.PAYING,
            RefundStatus.COMPLETED,
            RefundStatus.COMPLETED,
        ),
        calculated_kopecks=9_693_55,
        deducted_kopecks=0,
        letters=(
            (Role.CLIENT, "refund_awaiting_statement"),
            (Role.CLIENT, "refund_one_time_code"),
            (Role.CLIENT, "refund_under_review"),
            (Role.SPECIALIST, "staff_review_needed"),
            (Role.CLIENT, "refund_paying"),
            (Role.CLIENT, "refund_completed"),
            (Role.CLIENT, "refund_credited"),
        ),
    ),
)
