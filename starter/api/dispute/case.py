"""The id of a dispute, as every route about it has it."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path

from starter.api.http.problems import documented

DISPUTE_PATTERN = r"^dispute-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$"

DisputeId = Annotated[
    str,
    Path(
        pattern=DISPUTE_PATTERN,
        description="The dispute's id: `dispute-<order>-<number>`.",
        examples=["dispute-2026-000117-1"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""
