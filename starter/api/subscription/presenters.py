"""A subscription as the API answers it."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from domain.access.roles import Role
from domain.renewal.renewal import RenewalStatus
from starter.api.http.models import ID_PATTERN, Shown
from starter.presentation.subscription.presenters import (
    IndicatorShown,
    TermShown,
    UsageShown,
    indicator_shown,
)
from starter.presentation.subscription.reading import Stored
from texts import Language
from texts.status import status_title

SubscriptionPath = Annotated[
    str, Path(pattern=ID_PATTERN, description="The host product's id.", examples=["kompas-7"])
]


class WatchingCase(Shown):
    """The case that renews the subscription."""

    id: str = Field(examples=["renewal-kompas-7-2026-11-30"])
    status: RenewalStatus
    title: str
    href: str


class SubscriptionShown(Shown):
    """A subscription; without a running term the client is on the free tariff."""

    id: str
    client_id: str
    title: str
    indicator: IndicatorShown
    case: WatchingCase | None = Field(description="The open one; absent: none is open.")
    usage: UsageShown | None
    terms: list[TermShown] = Field(description="The newest first.")


def subscription_shown(found: Stored, language: Language, role: Role) -> SubscriptionShown:
    """A subscription in full."""
    return SubscriptionShown(
        id=found.head.id,
        client_id=found.head.client_id,
        title=found.head.title,
        indicator=indicator_shown(found.indicator, language),
        case=_case_shown(found, language, role),
        usage=found.usage,
        terms=found.terms,
    )


def _case_shown(found: Stored, language: Language, role: Role) -> WatchingCase | None:
    """The last case, while it is open."""
    if not found.cases or found.cases[0].closed_at is not None:
        return None
    (case,) = found.cases
    return WatchingCase(
        id=case.id,
        status=RenewalStatus(case.status),
        title=status_title("renewal", case.status, language, role),
        href=f"/v1/renewals/{case.id}",
    )
