"""The id and the link of a refund case, as every route about it has them."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path

from starter.api.http import links
from starter.api.http.problems import documented
from starter.commands.refusal import LookAt, Noun

RefundId = Annotated[
    str,
    Path(
        pattern=r"^refund-[A-Za-z0-9-]{1,40}-[1-9][0-9]{0,8}$",
        description="The case's id: `refund-<invoice number>-<n>`.",
        examples=["refund-2026-000117-1"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""


def link_to(refund_id: str) -> str:
    """The path of a case."""
    return links.link_to(LookAt(Noun.REFUND, refund_id))
