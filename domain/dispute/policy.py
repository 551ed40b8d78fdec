"""The policy of disputes: versioned data, never changed by the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from domain.case.waiting import WaitPolicy, wait_policy_from
from domain.dispute.dispute import DisputeStatus

ACCEPTED_DAYS: Final = 90
ACCEPTED_AT_MOST: Final = 1
RETURN_DAYS: Final = 60
"""What the versions were applied by that do not name them."""


@dataclass(frozen=True)
class DisputePolicy:
    """One version. Sums in kopecks, days of the calendar.

    Up to `automatic_limit_kopecks` a demand is accepted without a person; above
    `approval_limit_kopecks` another person approves. `answer_days`: when our answer is due.
    `announced_days`: how long an acceptance without a person stands announced. Of one client
    `accepted_at_most` are accepted without a person in the document's `accepted_days`, which the
    count is made by, whatever its orders are. `return_days`: how long a return of goods that was
    decided is waited for before the operators look.
    """

    version: int
    automatic_limit_kopecks: int
    approval_limit_kopecks: int
    answer_days: int
    announced_days: int
    accepted_at_most: int
    return_days: int
    waits: Mapping[DisputeStatus, WaitPolicy]

    @classmethod
    def from_document(cls, version: int, document: Mapping[str, Any]) -> "DisputePolicy":
        """A stored document; a missing key or an unknown value raises KeyError or ValueError."""
        waits = {
            DisputeStatus(status): wait_policy_from(row, DisputeStatus)
            for status, row in document["waits"].items()
        }
        return cls(
            version,
            document["automatic_limit_kopecks"],
            document["approval_limit_kopecks"],
            document["answer_days"],
            document["announced_days"],
            document.get("accepted_at_most", ACCEPTED_AT_MOST),
            document.get("return_days", RETURN_DAYS),
            MappingProxyType(waits),
        )
