"""When a letter that was refused is tried again, and when it is given up."""

from datetime import UTC, datetime

import pytest

from domain.notification.notification import RETRY_INTERVALS, NotificationStatus
from domain.notification.transitions import ERROR_LENGTH, given_up, refused

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
LAST = len(RETRY_INTERVALS)


@pytest.mark.parametrize("attempts", range(1, LAST + 1))
def test_a_letter_is_tried_again_after_the_next_interval(attempts: int) -> None:
    made = refused(attempts, 450, "busy", AT, is_permanent=False)
    assert (made.status, made.error) == (NotificationStatus.QUEUED, "450 busy")
    assert made.due_at == AT + RETRY_INTERVALS[attempts - 1]
    assert made.settled_at is None


@pytest.mark.parametrize(("attempts", "is_permanent"), [(LAST + 1, False), (1, True)])
def test_a_letter_is_given_up_after_the_last_try_or_when_another_would_not_help(
    attempts: int, is_permanent: bool
) -> None:
    made = refused(attempts, 550, "no such user", AT, is_permanent=is_permanent)
    assert made == given_up("550 no such user", AT)
    assert (made.status, made.settled_at, made.due_at) == (NotificationStatus.FAILED, AT, None)


def test_what_a_server_says_is_kept_in_part_and_a_silent_one_has_no_code() -> None:
    assert refused(1, None, "timed out", AT, is_permanent=False).error == "timed out"
    assert len(refused(1, 450, "x" * 1000, AT, is_permanent=False).error) == ERROR_LENGTH
