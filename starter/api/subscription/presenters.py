"""A subscription's rows as the API answers them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Path
from pydantic import Field

from db.subscription.subscription_queries import LastCase, TermRow
from domain.renewal.indicator import Indicator, Level, Sentence
from domain.renewal.renewal import RenewalStatus
from domain.subscription.subscription import HeldTerm, Need, Usage, need_beyond, terms_on
from starter.api.http.models import ID_PATTERN, Shown
from texts import Language, day, translate

SubscriptionPath = Annotated[
    str, Path(pattern=ID_PATTERN, description="The host product's id.", examples=["kompas-7"])
]


class TermState(StrEnum):
    """Whether a term is past, running or to come."""

    PAST = "past"
    RUNNING = "running"
    COMING = "coming"


class TermShown(Shown):
    """A term; both days are Moscow days and belong to it."""

    id: UUID
    state: TermState
    tariff_code: str
    tariff_title: str
    units: int
    starts_on: date
    ends_on: date
    stopped_on: date | None = Field(description="The first day that was refunded.")
    invoice_number: str | None


class UsageShown(Shown):
    """The newest usage report, and whether the running term is large enough for it."""

    reported_at: datetime
    units_used: int
    units_needed: int | None = Field(
        description="Units for the whole term at this pace, when its size is too small."
    )


class IndicatorShown(Shown):
    """What the host product shows in the client's profile."""

    level: Level = Field(examples=["yellow"])
    code: Sentence = Field(description="Why; for programs.", examples=["ends_soon"])
    sentence: str = Field(examples=["Подписка заканчивается 30.11.2026: продлите её."])


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


def link_to(subscription_id: str) -> str:
    """The path of a subscription."""
    return f"/v1/subscriptions/{subscription_id}"


def indicator_shown(indicator: Indicator, language: Language) -> IndicatorShown:
    """The indicator with its sentence in the caller's language."""
    params = {name: day(value) for name, value in indicator.params.items()}
    return IndicatorShown(
        level=indicator.level,
        code=indicator.sentence,
        sentence=translate(f"indicator.{indicator.sentence}", language, **params),
    )


def case_shown(rows: Sequence[LastCase], language: Language) -> WatchingCase | None:
    """The case out of the rows of `db.subscription.subscription.last_case`, while it is open."""
    if not rows or rows[0].closed_at is not None:
        return None
    return WatchingCase(
        id=rows[0].id,
        status=RenewalStatus(rows[0].status),
        title=translate(f"renewal.status.{rows[0].status}", language),
        href=f"/v1/renewals/{rows[0].id}",
    )


def usage_shown(usage: Usage, held: Sequence[HeldTerm], today: date) -> UsageShown:
    """The newest report and what the running term is too small for."""
    running = terms_on(held, today).running(today)
    need: Need | None = None if running is None else need_beyond(running, usage)
    return UsageShown(
        reported_at=usage.reported_at,
        units_used=usage.units_used,
        units_needed=None if need is None else need.units,
    )


def term_shown(row: TermRow, held: HeldTerm, today: date) -> TermShown:
    """A term from its row."""
    return TermShown(
        id=row.id,
        state=_state(held, today),
        tariff_code=row.tariff_code,
        tariff_title=row.tariff_title,
        units=row.units,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        stopped_on=row.stopped_on,
        invoice_number=row.invoice_number,
    )


def _state(held: HeldTerm, today: date) -> TermState:
    if today < held.starts_on:
        return TermState.COMING
    return TermState.RUNNING if today <= held.served_until else TermState.PAST
