"""The story of a case for staff: deeds of people and of the outside in front; the system's own
steps, and the letters that left between them, folded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Protocol

from db.notification.inbox import MessageRow
from domain.access.roles import SYSTEM
from domain.notification.notification import NotificationStatus
from settings import Settings
from starter.presentation.notification.message import letter_of
from texts import Language, translate

MAX_LETTERS = 50
"""Letters of a case that its story has, the latest."""


class Changed(Protocol):
    """A change as the case's own presenter shows it."""

    @property
    def at(self) -> datetime: ...
    @property
    def title(self) -> str: ...
    @property
    def by(self) -> str: ...
    @property
    def by_title(self) -> str: ...
    @property
    def login(self) -> str | None: ...
    @property
    def reason(self) -> str | None: ...


@dataclass(frozen=True)
class Moment:
    """Something that happened: `who` did what (`title`), and why. `text` is of a letter."""

    at: datetime
    title: str
    who: str
    reason: str | None = None
    fields: Sequence[str] = ()
    text: str | None = None
    is_letter: bool = False
    is_folded: bool = False


@dataclass(frozen=True)
class Stretch:
    """Moments that stand together: one in front, or several that are folded."""

    moments: Sequence[Moment]

    @property
    def is_folded(self) -> bool:
        """Whether they are the system's."""
        return self.moments[0].is_folded


def moment_of(change: Changed, *, by_outside: bool, fields: Sequence[str] = ()) -> Moment:
    """A change. `by_outside`: the money, the bank or the acquirer led to it, so it stands in front
    although the system wrote it.
    """
    who = change.by_title if change.login is None else f"{change.by_title}, {change.login}"
    return Moment(
        change.at,
        change.title,
        who,
        change.reason,
        fields,
        is_folded=change.by == SYSTEM and not by_outside,
    )


def letter_moment(
    row: MessageRow, settings: Settings, language: Language, shown_address: Callable[[str], str]
) -> Moment:
    """A letter with its delivery; one that was given up stands in front."""
    subject, text = letter_of(row, settings, language)
    delivery = translate(f"notification.status.{row.status}", language)
    address = translate(f"role.{row.role}", language)
    if row.sent_to is not None:
        address = f"{address}, {shown_address(row.sent_to)}"
    return Moment(
        row.created_at,
        subject,
        f"{delivery}: {address}",
        row.last_error if row.replaced_at is None else translate("notification.replaced", language),
        text=text,
        is_letter=True,
        is_folded=row.status != NotificationStatus.FAILED or row.replaced_at is not None,
    )


def story_of(moments: Sequence[Moment]) -> list[Stretch]:
    """The latest first; what is folded and follows each other is one stretch."""
    latest = sorted(moments, key=lambda one: one.at, reverse=True)
    stretches: list[Stretch] = []
    for is_folded, together in groupby(latest, key=lambda one: one.is_folded):
        found = list(together)
        stretches += [Stretch(found)] if is_folded else [Stretch([one]) for one in found]
    return stretches
