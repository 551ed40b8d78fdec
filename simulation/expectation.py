"""Expectations of a story; one that fails ends it with one line."""

from typing import Any


class Unexpected(Exception):  # noqa: N818  the name says what is the matter
    """Something in a story was not as it must be."""

    def __init__(self, step: str, expected: object, found: object) -> None:
        super().__init__(f"{step}: expected {expected}, found {found}")


def expect(step: str, expected: Any, found: Any) -> None:
    """Raises `Unexpected` unless both are equal."""
    if expected != found:
        raise Unexpected(step, _shown(expected), _shown(found))


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "[" + "; ".join(map(_shown, value)) + "]"
    return str(value)
