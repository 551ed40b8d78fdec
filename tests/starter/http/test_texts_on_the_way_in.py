"""No door takes a person's text as it comes: every schema of a request uses the one rule."""

import re
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Annotated, Any

import pytest
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo

import starter.api.app  # noqa: F401  every route's schemas
from starter.api.http.models import Body

CLOSED = re.compile(r"^\^(\(?\[[-A-Za-z0-9]+\]|\\d|[a-z]+-)")
"""A pattern that begins with plain letters and digits: no text of a person."""


def _schemas(of: type[Body]) -> Iterator[type[Body]]:
    for schema in of.__subclasses__():
        yield schema
        yield from _schemas(schema)


def _texts(annotation: Any, marks: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """The marks of every plain text inside a type."""
    if annotation is str:
        yield marks
    elif typing.get_origin(annotation) is Annotated:
        inner, *more = typing.get_args(annotation)
        yield from _texts(inner, (*marks, *more))
    elif typing.get_origin(annotation) is not typing.Literal:
        for part in typing.get_args(annotation):
            yield from _texts(part, marks)


def _is_normalised(mark: Any) -> bool:
    return isinstance(mark, BeforeValidator) and mark.func.__module__ == "starter.api.http.models"


def _is_closed(mark: Any) -> bool:
    marks = [mark, *(mark.metadata if isinstance(mark, FieldInfo) else ())]
    patterns = [getattr(one, "pattern", None) for one in marks]
    return any(pattern is not None and CLOSED.match(pattern) for pattern in patterns)


FIELDS = [
    pytest.param(marks, id=f"{schema.__name__}.{name}")
    for schema in sorted(set(_schemas(Body)), key=lambda one: one.__name__)
    for name, field in schema.model_fields.items()
    for marks in _texts(field.annotation, tuple(field.metadata))
    if not (isinstance(field.annotation, type) and issubclass(field.annotation, Enum))
]


@pytest.mark.parametrize("marks", FIELDS)
def test_a_text_in_a_body_is_put_into_its_form(marks: tuple[Any, ...]) -> None:
    assert any(_is_normalised(mark) or _is_closed(mark) for mark in marks)


def test_there_are_texts_to_look_at() -> None:
    assert len(FIELDS) > 30
