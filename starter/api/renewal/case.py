"""What every command about a renewal shares: whose it is, how it is asked, how it is told."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import Field

from db.database import Database, Row
from db.renewal import reads as cases_in
from domain.access.roles import Role
from domain.case.decision import Decision
from domain.renewal.renewal import RenewalEntered, RenewalRequest, RenewalStatus
from starter.access import require_own
from starter.api.http.auth import Caller
from starter.api.http.models import Roubles, Shown
from starter.api.http.problems import documented
from starter.commands.cases import BY_STATUS, Cases
from starter.commands.refusal import (
    LookAt,
    Noun,
    Refusal,
    RefusalKind,
    TextKey,
    case_closed,
    not_found,
)
from starter.commands.stale_update import asked_until_heard
from starter.renewal import start_of
from texts import Language, translate
from workflows.renewal import RenewalWorkflow

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


def state_of(renewal_id: str, result: RenewalEntered, language: Language) -> RenewalState:
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
    return f"/v1/renewals/{renewal_id}"


def require_visible(caller: Caller, rows: Sequence[Row]) -> Row:
    """The case out of the rows of `db.renewal.reads.head`; another client's is not there."""
    if not rows:
        raise not_found()
    (row,) = rows
    require_own(caller, row.client_id)
    return row


async def decide(
    cases: Cases,
    database: Database,
    update: Any,
    renewal_id: str,
    decision: Decision,
    command_id: UUID,
) -> RenewalEntered:
    """Hands a client's command to its case: who, and the id of what they wrote.

    The database knows the case: where Temporal knows none, it has just ended.
    """

    async def ask() -> RenewalEntered:
        try:
            result: RenewalEntered = await cases.update(
                renewal_id, update, decision, command_id, look_at=LookAt(Noun.RENEWAL, renewal_id)
            )
        except Refusal as refusal:
            if refusal.kind is RefusalKind.NOT_FOUND:
                raise case_closed() from None
            raise
        return result

    return await asked_until_heard(ask, _behind(database, renewal_id))


async def order(
    cases: Cases,
    database: Database,
    request: RenewalRequest,
    decision: Decision,
    command_id: UUID,
) -> RenewalEntered:
    """Hands an order to its case, which is opened for it, or goes on where it had ended."""

    async def ask() -> RenewalEntered:
        result: RenewalEntered = await cases.update_with_start(
            start_of(request, cases.task_queue),
            RenewalWorkflow.order,
            command_id,
            decision,
            look_at=LookAt(Noun.RENEWAL, request.renewal_id),
        )
        return result

    return await asked_until_heard(ask, _behind(database, request.renewal_id))


def _behind(database: Database, renewal_id: str) -> Callable[[Refusal], Awaitable[bool]]:
    """Whether a case refuses for a status that the database says it has left."""

    async def is_behind(refusal: Refusal) -> bool:
        if refusal.code not in BY_STATUS or "status" not in refusal.params:
            return False
        (cases,) = await database.read(cases_in.head(renewal_id))
        said = [TextKey(f"renewal.status.{case.status}") for case in cases]
        return bool(said) and refusal.params["status"] not in said

    return is_behind
