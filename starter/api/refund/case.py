"""The state and the link of a refund case, as every answer about it has them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field

from domain.access.roles import Role
from domain.refund.refund import RefundStatus, TransitionResult
from starter.api.http import links
from starter.api.http.models import Roubles, Shown
from starter.api.http.problems import documented
from starter.commands.refusal import LookAt, Noun
from texts import Language, translate

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


class CaseState(Shown):
    """The state of a case."""

    id: str = Field(examples=["refund-2026-000117-1"])
    status: RefundStatus
    title: str = Field(description="The status as text.")
    waiting_for: Role | None = Field(default=None, description="Who is waited for; absent: nobody.")
    waiting_for_title: str | None = None
    wait_until: datetime | None = None
    amount: Roubles | None = Field(
        default=None, description="The sum to refund; absent: not calculated yet."
    )


def state_of(refund_id: str, result: TransitionResult, language: Language) -> CaseState:
    """The result of a step as the API answers it."""
    wait = result.wait
    return CaseState(
        id=refund_id,
        status=result.status,
        title=translate(f"refund.status.{result.status}", language),
        waiting_for=None if wait is None else wait.waiting_for,
        waiting_for_title=None if wait is None else translate(f"role.{wait.waiting_for}", language),
        wait_until=None if wait is None else wait.until,
        amount=result.sum_kopecks or None,
    )


def link_to(refund_id: str) -> str:
    """The path of a case."""
    return links.link_to(LookAt(Noun.REFUND, refund_id))
