"""Limits of a request body: its size, depth and characters."""

import json
import re
from collections import Counter
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.types import Message

from domain.text import is_storable_text
from starter.api.http.problems import MAX_FIELD_ERRORS, Problem
from starter.commands.refusal import FieldError, invalid

MAX_BODY_BYTES = 1024 * 1024
"""Of every body that has no limit of its own."""
MAX_DEPTH = 20
"""Objects and lists inside one another in a JSON body."""
MAX_VALUES = 20_000
"""Brackets and commas of a JSON body: the largest invoice has some three thousand. What is made of
half a million empty lists costs more to hold than its size.
"""
MAX_SIZE_DIGITS = 18
"""Digits of a Content-Length that are read: whatever has more is too large anyway."""

MAX_SHOWN_NAME = 100
"""Characters of a wrong name that are shown."""

_SIGNS_AND_STRINGS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{,]|[\]}]', re.DOTALL)
"""A string that never ends is one too: looked for again from each of its quotes, it would cost the
square of its length. Nothing here is ever read twice.
"""


def limited(request: Request, max_bytes: int) -> Request:
    """The same request; reading its body raises `Problem` 413 beyond `max_bytes`."""
    _check_size(_declared_size(request), max_bytes)
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        _check_size(received, max_bytes)
        return message

    return Request(request.scope, receive)


async def check_json(request: Request) -> None:
    """Reads a JSON body once and refuses what cannot be a command.

    Raises `Problem`: 415 for another media type, 400 for what is not JSON in UTF-8, is nested too
    deeply or has too many values, 422 for what parsers interpret differently (a name twice in one
    object) and for characters that PostgreSQL cannot store (NUL, lone surrogates).
    """
    body = await request.body()
    if not body:
        return
    if not _is_json(request.headers.get("content-type", "")):
        raise Problem("media_type_unsupported", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    try:
        text = body.decode()
        depth, values = depth_and_values(text)
        if depth > MAX_DEPTH:
            raise Problem("body_too_deep", HTTPStatus.BAD_REQUEST)
        if values > MAX_VALUES:
            raise Problem("body_too_many_values", HTTPStatus.BAD_REQUEST, limit=MAX_VALUES)
        parsed = json.loads(text, parse_constant=_not_a_number, object_pairs_hook=_each_once)
    except ValueError:
        raise Problem("body_not_json", HTTPStatus.BAD_REQUEST) from None
    if not is_storable(parsed):
        raise Problem("body_characters", HTTPStatus.UNPROCESSABLE_ENTITY)


def _not_a_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            shown = name if is_storable_text(name) else "?"
            raise Problem("body_key_twice", HTTPStatus.UNPROCESSABLE_ENTITY, name=_cut(shown))
        found[name] = value
    return found


def depth_and_values(text: str) -> tuple[int, int]:
    """The nesting depth, and the number of brackets and commas; those in strings do not count.
    Stops when there is one value more than `MAX_VALUES`.
    """
    deepest = depth = values = 0
    for match in _SIGNS_AND_STRINGS.finditer(text):
        sign = match[0][0]
        if sign == '"':
            continue
        values += 1
        if sign != ",":
            depth += 1 if sign in "[{" else -1
            deepest = max(deepest, depth)
        if values > MAX_VALUES:
            break
    return deepest, values


def is_storable(value: Any) -> bool:
    """Whether every text in a parsed JSON value can be stored."""
    match value:
        case str():
            return is_storable_text(value)
        case list():
            return all(map(is_storable, value))
        case dict():
            return all(map(is_storable, value)) and all(map(is_storable, value.values()))
        case _:
            return True


def check_address(request: Request) -> None:
    """Refuses addresses and parameters that PostgreSQL cannot store."""
    texts = [
        request.url.path,
        *(part for pair in request.query_params.multi_items() for part in pair),
    ]
    if not all(map(is_storable_text, [*texts, *map(str, request.path_params.values())])):
        raise Problem("not_found", HTTPStatus.NOT_FOUND)


def check_parameters(request: Request, known: frozenset[str]) -> None:
    """Refuses query parameters that an operation does not have, or that are given twice.

    A misspelled filter would otherwise return everything. Raises `Problem` 422 that names each.
    """
    names = Counter(name for name, _ in request.query_params.multi_items())
    there_are = {"known": ", ".join(sorted(known)) or "—"}
    found = [
        FieldError("parameter_twice", field=_cut(name))
        if name in known
        else FieldError("parameter_unknown", field=_cut(name), params=there_are)
        for name, times in names.items()
        if name not in known or times > 1
    ]
    if found:
        raise invalid(*found[:MAX_FIELD_ERRORS])


def _cut(name: str) -> str:
    return name[:MAX_SHOWN_NAME]


def _declared_size(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return int(declared[:MAX_SIZE_DIGITS]) if declared.isdecimal() else 0


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise Problem("body_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _is_json(content_type: str) -> bool:
    return content_type.partition(";")[0].strip().lower() == "application/json"
