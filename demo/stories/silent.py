"""The acquirer pays and its answer is lost: what nobody knows is looked up, never sent again."""

from demo.case import Case
from demo.stage import Stage
from demo.stories.story import Ending, Story
from domain.access.roles import Role
from domain.payout.payout import PayoutStatus
from domain.refund.refund import Action, RefundStatus
from simulation.api_client import Document
from simulation.expectation import expect

WEBHOOK_SECONDS = 20
"""The acquirer's own word comes later than our look: the look has to find the money."""
LOOK_SECONDS = 2
"""How long the look takes, so that the audience sees that nobody knows."""
FEEDBACK = "Передумал до начала срока, вернули всё."


def play(stage: Stage) -> Case:
    """Asked, signed, accepted, lost, looked up, paid, credited."""
    case = Case(stage, stage.data.not_started)
    case.open(stage.data.today)
    case.enter_requisites(stage.data.not_started.client.requisites)
    case.sign()
    _lose_the_answer(stage, case)
    case.act(stage.cast.specialist, Action.ACCEPT, "accepts the statement")
    case.wait_for_payout(PayoutStatus.UNKNOWN, "acquirer", "pays, and its answer is lost")
    case.wait_until_paid()
    _show_requests(stage, case)
    case.let_bank_days_pass()
    case.leave_feedback(5, FEEDBACK)
    return case


def _lose_the_answer(stage: Stage, case: Case) -> None:
    create = {"operation": "create", "payment_id": case.acquirer_payment_id}
    look = create | {"operation": "list"}
    rules = [
        {"kind": "answer_lost_after_execution", "match": create, "times": 1},
        {"kind": "late_webhook", "seconds": WEBHOOK_SECONDS, "match": create, "times": 1},
        {"kind": "slow", "seconds": LOOK_SECONDS, "match": look, "times": 1},
    ]
    stage.cast.wait(stage.acquirer.misbehave(rules))
    stage.terminal.event("acquirer", "is told to lose its next answer after it has paid")


def _show_requests(stage: Stage, case: Case) -> None:
    """The acquirer's own journal: asked once, then only looked at."""
    books = stage.cast.wait(stage.acquirer.books(payment_id=case.acquirer_payment_id))
    requests: list[Document] = books["requests"][::-1]
    asked = [request["answer"] for request in requests if request["method"] == "POST"]
    expect("answers to what the acquirer was asked to pay", ["dropped"], asked)
    expect("the acquirer's last answer", ("GET", "200"), _told(requests[-1]))
    for request in requests:
        method, answer = _told(request)
        event = f"its journal: {method} {request['path']}"
        stage.terminal.event("acquirer", event, f"answer: {answer}")


def _told(request: Document) -> tuple[str, str]:
    return request["method"], request["answer"]


STORY = Story(
    title="(d) The acquirer's answer is lost after it has paid",
    about="a subscription that has not begun, paid by card: everything goes back, once",
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
        calculated_kopecks=7_200_00,
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
