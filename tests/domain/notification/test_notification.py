"""How long a letter is tried."""

from datetime import timedelta

from domain.notification.notification import RETRY_INTERVALS


def test_a_letter_is_tried_ever_more_rarely_for_two_days() -> None:
    assert list(RETRY_INTERVALS) == sorted(RETRY_INTERVALS)
    assert timedelta(days=1.5) < sum(RETRY_INTERVALS, timedelta()) < timedelta(days=2.5)
