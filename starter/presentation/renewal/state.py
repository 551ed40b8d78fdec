"""The state of a renewal, as every answer about it has it."""

from datetime import datetime

from pydantic import Field

from domain.access.roles import Role
from domain.renewal.renewal import RenewalStatus, RenewalTransitionResult
from starter.presentation.models import Roubles, Shown
from starter.presentation.renewal.addresses import Addresses
from texts import Language, translate
from texts.status import status_title


class RenewalState(Shown):
    """The state of a case."""

    id: str = Field(examples=["renewal-kompas-7-2026-11-30"])
    status: RenewalStatus
    title: str = Field(description="The status as text.")
    waiting_for: Role | None = Field(default=None, description="Who is waited for; absent: nobody.")
    waiting_for_title: str | None = None
    wait_until: datetime | None = None
    claimed_until: datetime | None = Field(
        default=None,
        description="The client claims that the payment is on its way: no reminders until then.",
    )
    invoice_number: str | None = Field(default=None, examples=["KP-2026-000017"])
    amount: Roubles | None = Field(default=None, description="The sum of the open invoice.")
    href: str = Field(examples=["/v1/renewals/renewal-kompas-7-2026-11-30"])


def state_of(
    renewal_id: str,
    result: RenewalTransitionResult,
    language: Language,
    role: Role,
    addresses: Addresses,
) -> RenewalState:
    """The result of a step as a caller of this role sees it."""
    wait = result.wait
    return RenewalState(
        id=renewal_id,
        status=result.status,
        title=status_title("renewal", result.status, language, role),
        waiting_for=None if wait is None else wait.waiting_for,
        waiting_for_title=None if wait is None else translate(f"role.{wait.waiting_for}", language),
        wait_until=None if wait is None else wait.until,
        claimed_until=result.claimed_until,
        invoice_number=result.invoice_number,
        amount=result.amount_kopecks or None,
        href=addresses.of_case(renewal_id),
    )
