"""How long files, and messages as they came, are kept: by the policy in force (dated rows of
`policies`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class RetentionLimits:
    """What was received, found infected, or closed before these instants is over."""

    unattached_before: datetime
    quarantined_before: datetime
    closed_before: datetime
    raw_before: datetime


@dataclass(frozen=True)
class RetentionPolicy:
    """Days: for a file that nothing names, for one that the scanner has found something in, for
    those of a ticket or a dispute once it is closed, and for messages as they came from Telegram
    and by mail.
    """

    unattached_days: int
    quarantined_days: int
    closed_days: int
    raw_days: int

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RetentionPolicy":
        """A stored policy; a missing key raises KeyError."""
        names = ("unattached_days", "quarantined_days", "closed_days", "raw_days")
        return cls(*(document[name] for name in names))

    def limits(self, now: datetime) -> RetentionLimits:
        """What is over now."""
        return RetentionLimits(
            now - timedelta(days=self.unattached_days),
            now - timedelta(days=self.quarantined_days),
            now - timedelta(days=self.closed_days),
            now - timedelta(days=self.raw_days),
        )
