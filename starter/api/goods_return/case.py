"""The id of a return, as every route about it has it."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path

from starter.api.http.problems import documented

ReturnId = Annotated[
    str,
    Path(
        pattern=r"^return-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The return's id: `return-<invoice>-<n>`.",
        examples=["return-2026-000117-1"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""
