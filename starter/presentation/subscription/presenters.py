"""The terms, the usage and the indicator of a subscription, as a caller sees them."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from db.subscription.subscription_queries import TermRow
from domain.renewal.indicator import Indicator, Level, Sentence
from domain.subscription.subscription import HeldTerm, Need, Usage, need_beyond, terms_on
from starter.presentation.models import Shown
from texts import Language, day, translate


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


def indicator_shown(indicator: Indicator, language: Language) -> IndicatorShown:
    """The indicator with its sentence in the caller's language."""
    params = {name: day(value) for name, value in indicator.params.items()}
    return IndicatorShown(
        level=indicator.level,
        code=indicator.sentence,
        sentence=translate(f"indicator.{indicator.sentence}", language, **params),
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
