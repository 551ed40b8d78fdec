"""The id of an unpaid order's case, as every route about it has it."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path

from starter.api.http.problems import documented

CollectionId = Annotated[
    str,
    Path(
        pattern=r"^collection-[A-Za-z0-9-]{1,40}$",
        description="The case's id: `collection-<invoice>`.",
        examples=["collection-2026-000117"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""
