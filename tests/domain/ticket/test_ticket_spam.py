"""What is held for spam: no letter, clocks that stand still, and a way back."""

from datetime import timedelta

from domain.ticket import spam, transitions
from domain.ticket.case import Clocks, StaffDecision
from domain.ticket.ticket import TicketRefusal
from domain.ticket.ticket import TicketStatus as S
from tests.domain.ticket.test_ticket_transitions import AT, DAY, case, change, made, msk, refusal

WHY = StaffDecision(None, "Реклама", None)


def test_nobody_is_told_and_the_ticket_closes_by_itself() -> None:
    judged = made(spam.mark(case(status=S.OPEN), change(), WHY))
    assert (judged.result.status, judged.notices, judged.reason) == (S.SPAM, (), "Реклама")
    assert judged.columns["turn_at"] is None
    assert judged.result.wait is not None
    assert judged.result.wait.remind_at == ()
    held = case(status=S.SPAM, wait=judged.result.wait)
    assert transitions.lapse(held, change(AT + 3 * DAY - timedelta(seconds=1), "system")) is None
    closed = made(transitions.lapse(held, change(AT + 3 * DAY, "system")))
    assert (closed.result.status, closed.notices) == (S.CLOSED, ())


def test_taken_back_it_has_the_working_time_that_was_left() -> None:
    clocks = Clocks(msk(16, 13), msk(16, 10), None, 3600)
    judged = made(spam.unmark(case(status=S.SPAM, clocks=clocks, answers=1), change(msk(17, 9))))
    assert (judged.result.status, judged.notices) == (S.OPEN, ())
    assert judged.result.wait is not None
    assert judged.result.wait.until == msk(17, 10)
    assert judged.columns == {"turn_at": msk(17, 9), "spam_at": None}


def test_what_is_settled_is_no_spam_any_longer() -> None:
    for status in (S.RESOLVED, S.MERGED, S.SPAM):
        refused = refusal(spam.mark(case(status=status), change(), WHY))
        assert refused == TicketRefusal.NOT_ALLOWED_IN_STATUS
    assert refusal(spam.unmark(case(), change())) == TicketRefusal.NOT_ALLOWED_IN_STATUS
