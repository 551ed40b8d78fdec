"""Files that routes answer with, as their contract says it."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from domain.file.kind import FileKind
from domain.file.preview import PREVIEW_TYPE
from starter.api.http.problems import documented

BINARY = {"schema": {"type": "string", "format": "binary"}}
PREVIEW = (PREVIEW_TYPE,)
PDF = (FileKind.PDF,)


def file_answer(
    description: str, media_types: Iterable[str], *problems: HTTPStatus
) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that gives a file, and the problems that are its own."""
    content = dict.fromkeys(map(str, media_types), BINARY)
    return {200: {"description": description, "content": content}, **documented(*problems)}
