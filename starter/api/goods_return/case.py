"""The id of a return, as every route about it has it."""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import Field

from domain.file.file import MAX_FILES
from starter.api.http.problems import documented

ReturnId = Annotated[
    str,
    Path(
        pattern=r"^return-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The return's id: `return-<invoice>-<n>`.",
        examples=["return-2026-000117-1"],
    ),
]

Photos = Annotated[
    tuple[Annotated[UUID, Field(strict=False)], ...],
    Field(
        max_length=MAX_FILES,
        strict=False,
        description="Ids of pictures that were handed in by `POST /v1/files`.",
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""
