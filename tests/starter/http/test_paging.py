"""Cursors: opaque, ours, and nothing else."""

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter.api.http.paging import (
    MAX_PART_LENGTH,
    cursor_from,
    key_in,
    moment_in,
    number_up_to,
    page_of,
)
from starter.api.http.problems import Problem

parts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=MAX_PART_LENGTH)


@given(st.lists(parts, min_size=1, max_size=3))
def test_a_cursor_gives_its_key_back(key: list[str]) -> None:
    found = key_in(cursor_from(*key), *[str] * len(key))
    assert found == (key[0] if len(key) == 1 else tuple(key))


@given(st.text(max_size=MAX_PART_LENGTH + 20))
def test_only_a_short_printable_text_is_a_key(text: str) -> None:
    cursor = cursor_from(text)
    if text.isprintable() and len(text) <= MAX_PART_LENGTH:
        assert key_in(cursor, str) == text
        return
    with pytest.raises(Problem) as caught:
        key_in(cursor, str)
    assert (caught.value.http_status, caught.value.code) == (422, "cursor_malformed")


@pytest.mark.parametrize(
    "packed",
    [b"", b"[]", b'["a","b","c"]', b"[1]", b'{"a":1}', b'["\\u0000"]', b"[" * 3000, b"\xff"],
)
def test_a_key_of_another_shape_is_refused(packed: bytes) -> None:
    cursor = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    with pytest.raises(Problem):
        key_in(cursor, str)


def test_a_key_is_read_as_what_it_was_made_of() -> None:
    moment, row_id, day = datetime.now(UTC), uuid4(), date(2026, 3, 17)
    assert key_in(cursor_from(moment, row_id), moment_in, UUID) == (moment, row_id)
    assert key_in(cursor_from(day, 7), date.fromisoformat, number_up_to(7)) == (day, 7)
    assert key_in(cursor_from(None), str) == ""


@pytest.mark.parametrize(
    ("part", "parser"),
    [
        ("2026-03-17T10:00:00", moment_in),
        ("tomorrow", moment_in),
        ("2026-03-32", date.fromisoformat),
        ("not-an-id", UUID),
        ("8", number_up_to(7)),
        ("-1", number_up_to(7)),
        ("٧", number_up_to(7)),
        ("", number_up_to(7)),
    ],
)
def test_a_part_of_another_kind_is_refused(part: str, parser: Callable[[str], object]) -> None:
    with pytest.raises(Problem) as caught:
        key_in(cursor_from(part), parser)
    assert (caught.value.http_status, caught.value.code) == (422, "cursor_malformed")


def test_there_is_a_next_page_only_when_more_was_read_than_is_shown() -> None:
    def key(row: int) -> tuple[int]:
        return (row,)

    assert page_of([1, 2, 3], 2, key) == ([1, 2], cursor_from(2))
    assert page_of([1, 2], 2, key) == ([1, 2], None)
    assert page_of([], 2, key) == ([], None)
    assert key_in(None, str) is None
