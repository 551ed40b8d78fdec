"""How often a scanner is asked, and when it is believed."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.file.file import ERRORS_BELIEVED, FileStatus, Verdict, is_final, next_try

AT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("attempts", "pause"),
    [(0, 5), (1, 10), (6, 320), (7, 600), (1_000_000, 600)],
)
def test_a_silent_scanner_is_asked_ever_more_rarely(attempts: int, pause: int) -> None:
    assert next_try(attempts, AT) == AT + timedelta(seconds=pause)


@pytest.mark.parametrize("status", [FileStatus.CLEAN, FileStatus.QUARANTINED])
def test_an_answer_is_believed_at_once(status: FileStatus) -> None:
    assert is_final(Verdict(status, "1"), 0)


def test_an_error_is_believed_when_it_comes_again() -> None:
    error = Verdict(FileStatus.UNSCANNABLE, "1", "ERROR")
    answers = [is_final(error, attempts) for attempts in range(ERRORS_BELIEVED)]
    assert answers == [False] * (ERRORS_BELIEVED - 1) + [True]
