"""How a renewal is named and told in every answer about one."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field

from domain.access.roles import Role
from domain.renewal.renewal import RenewalStatus, RenewalTransitionResult
from starter.api.http import links
from starter.api.http.models import Roubles, Shown
from starter.api.http.problems import documented
from starter.commands.refusal import LookAt, Noun
from texts import Language, translate

RenewalId = Annotated[
    str,
    Path(
        pattern=r"^renewal-[A-Za-z0-9-]{1,40}-(first|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
        description="The case's id: `renewal-<subscription>-<term end>`, or `…-first`.",
        examples=["renewal-kompas-7-2026-11-30"],
    ),
]

UNKNOWN: dict[int | str, dict[str, Any]] = documented(HTTPStatus.ACCEPTED)
"""The answer of a command whose outcome is not known yet."""


class RenewalState(Shown):
    """Where a case stands."""

    id: str = Field(examples=["renewal-kompas-7-2026-11-30"])
    status: RenewalStatus
    title: str = Field(description="The status for people.")
    waiting_for: Role | None = Field(default=None, description="Who is waited for; absent: nobody.")
    waiting_for_title: str | None = None
    wait_until: datetime | None = None
    claimed_until: datetime | None = Field(
        default=None, description="The payment is said to be on its way: no reminders until then."
    )
    invoice_number: str | None = Field(default=None, examples=["KP-2026-000017"])
    amount: Roubles | None = Field(default=None, description="What the open invoice asks for.")
    href: str = Field(examples=["/v1/renewals/renewal-kompas-7-2026-11-30"])


def state_of(renewal_id: str, result: RenewalTransitionResult, language: Language) -> RenewalState:
    """What a step answered, for people."""
    wait = result.wait
    return RenewalState(
        id=renewal_id,
        status=result.status,
        title=translate(f"renewal.status.{result.status}", language),
        waiting_for=None if wait is None else wait.waiting_for,
        waiting_for_title=None if wait is None else translate(f"role.{wait.waiting_for}", language),
        wait_until=None if wait is None else wait.until,
        claimed_until=result.claimed_until,
        invoice_number=result.invoice_number,
        amount=result.amount_kopecks or None,
        href=link_to(renewal_id),
    )


def link_to(renewal_id: str) -> str:
    """Where a case is read."""
    return links.link_to(LookAt(Noun.RENEWAL, renewal_id))
