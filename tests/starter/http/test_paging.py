"""Cursors: opaque, ours, and nothing else."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from starter.api.http.paging import MAX_PART_LENGTH, cursor_from, key_in, page_of
from starter.api.http.problems import Problem

parts = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=MAX_PART_LENGTH)


@given(st.lists(parts, min_size=1, max_size=3))
def test_a_cursor_gives_its_key_back(key: list[str]) -> None:
    assert key_in(cursor_from(*key), len(key)) == tuple(key)


@given(st.text(max_size=MAX_PART_LENGTH + 20))
def test_only_a_short_printable_text_is_a_key(text: str) -> None:
    cursor = cursor_from(text)
    if text.isprintable() and len(text) <= MAX_PART_LENGTH:
        assert key_in(cursor, 1) == (text,)
        return
    with pytest.raises(Problem) as caught:
        key_in(cursor, 1)
    assert (caught.value.http_status, caught.value.code) == (422, "cursor_malformed")


@pytest.mark.parametrize(
    "packed",
    [b"", b"[]", b'["a","b","c"]', b"[1]", b'{"a":1}', b'["\\u0000"]', b"[" * 3000, b"\xff"],
)
def test_a_key_of_another_shape_is_refused(packed: bytes) -> None:
    cursor = base64.urlsafe_b64encode(packed).rstrip(b"=").decode()
    with pytest.raises(Problem):
        key_in(cursor, 1)


def test_there_is_a_next_page_only_when_more_was_read_than_is_shown() -> None:
    assert page_of([1, 2, 3], 2) == ([1, 2], 2)
    assert page_of([1, 2], 2) == ([1, 2], None)
    assert page_of([], 2) == ([], None)
    assert key_in(None, 1) is None
