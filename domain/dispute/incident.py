"""What many complain about at once: announced above the pages until it ends or is closed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MAX_TITLE_LENGTH: Final = 120
MAX_TEXT_LENGTH: Final = 1000
MAX_OPEN: Final = 5
"""Incidents that are open at once: who reads many reads none."""
MAX_DAYS: Final = 90
"""How far ahead the last day of an incident may be."""


class Audience(StrEnum):
    """Who reads an incident above its pages."""

    CLIENTS = "clients"
    STAFF = "staff"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class Announced:
    """An incident as it is written; `until` is its last day in Moscow, None: until it is closed."""

    title: str
    text: str
    shown_to: Audience
    until: date | None = None
