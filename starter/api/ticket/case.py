"""The id of a ticket, as every route about it has it."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path

from starter.api.http.problems import documented

TicketId = Annotated[
    str,
    Path(
        pattern=r"^ticket-[1-9][0-9]{0,11}$",
        description="The ticket's id: `ticket-<number>`.",
        examples=["ticket-117"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""
