"""An invoice paid by transfer: the bank pays, gives the money back, and pays once more."""

from datetime import date, datetime, time

from demo.bank_desk import BankDesk
from demo.case import Case
from demo.stage import Stage
from demo.stories.story import Attempt, Ending, Story
from domain.access.roles import Role
from domain.billing.requisites import Requisites
from domain.calendar.bank_calendar import MOSCOW
from domain.payout.payout import Channel, ChannelReason, PayoutStatus
from domain.refund.refund import Action, RefundStatus
from simulation.dataset import NEW_VECTOR_REQUISITES

MORNING, EVENING = time(10, tzinfo=MOSCOW), time(20, tzinfo=MOSCOW)
"""When statements are reviewed, and when the bank's statement of a day is looked at."""
BACK_AFTER_BANK_DAYS = 3
"""How long the recipient's bank keeps money for an account that is closed."""
FEEDBACK = (
    "Забыли, что закрыли счёт. Деньги дошли со второго раза, ничего заново просить не пришлось."
)


def play(stage: Stage) -> Case:
    """Paid by the bank's statement, given back, asked again, paid by a second run, credited."""
    case = Case(stage, stage.data.transferred)
    desk = BankDesk(stage, case)
    case.open(stage.data.today)
    paid_on = desk.bank_day_after(stage.data.today)
    back_on = desk.bank_day_after(paid_on, BACK_AFTER_BANK_DAYS)
    _sign(stage, case, stage.data.transferred.client.requisites, accepted_on=paid_on)
    case.show_channel(ChannelReason.PAID_BY_TRANSFER)
    desk.pay(paid_on, comes_back_on=back_on)
    desk.upload_statement(paid_on)
    case.wait_until_paid()
    case.let_time_pass(datetime.combine(back_on, EVENING))
    desk.upload_statement(back_on)
    case.wait_until_asked_again()
    paid_again_on = desk.bank_day_after(back_on)
    _sign(stage, case, NEW_VECTOR_REQUISITES, accepted_on=paid_again_on)
    desk.pay(paid_again_on)
    desk.upload_statement(paid_again_on)
    case.wait_until_paid()
    case.let_bank_days_pass()
    case.leave_feedback(5, FEEDBACK)
    return case


def _sign(stage: Stage, case: Case, requisites: Requisites, *, accepted_on: date) -> None:
    """The statement is reviewed on the next bank day, when the bank is paid through as well."""
    case.enter_requisites(requisites)
    case.sign()
    case.let_time_pass(datetime.combine(accepted_on, MORNING))
    case.act(stage.cast.specialist, Action.ACCEPT, "accepts the statement")


SIGNED_AND_PAID = (
    RefundStatus.AWAITING_STATEMENT,
    RefundStatus.UNDER_REVIEW,
    RefundStatus.PAYING,
    RefundStatus.COMPLETED,
)
LETTERS_OF_EACH = (
    (Role.CLIENT, "refund_one_time_code"),
    (Role.CLIENT, "refund_under_review"),
    (Role.SPECIALIST, "staff_review_needed"),
    (Role.CLIENT, "refund_paying"),
    (Role.CLIENT, "refund_completed"),
)

STORY = Story(
    title="(c) Paid by bank transfer, and the recipient's account is closed",
    about="the bank's way, by payment runs and statements; runs are dated today, and the bank "
    "executes them on the case's days",
    play=play,
    ending=Ending(
        path=(
            RefundStatus.CALCULATING,
            *SIGNED_AND_PAID,
            *SIGNED_AND_PAID,
            RefundStatus.COMPLETED,
        ),
        calculated_kopecks=46_158_90,
        deducted_kopecks=0,
        letters=(
            (Role.CLIENT, "refund_awaiting_statement"),
            *LETTERS_OF_EACH,
            (Role.CLIENT, "refund_new_requisites_needed"),
            *LETTERS_OF_EACH,
            (Role.CLIENT, "refund_credited"),
        ),
        attempts=(Attempt(Channel.BANK, PayoutStatus.RETURNED), Attempt(Channel.BANK)),
    ),
)
