"""What an operator decides about a step that has used up its tries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ResolutionAction(StrEnum):
    """What an operator may decide about a failed step."""

    RETRY = "retry"
    ABORT = "abort"


@dataclass(frozen=True)
class Resolution:
    """An operator's decision on a failed step; the Web UI sends no identity, hence `by`."""

    action: ResolutionAction
    by: str
    reason: str = ""


@dataclass(frozen=True)
class FailedStep:
    """A step that waits for the operator: its summary, the type and message of its last failure,
    when it failed and is tried again by itself, and the keys of the texts that say what may be done
    besides a retry.
    """

    step: str
    failure: str
    failed_at: datetime
    retried_at: datetime
    ways: Sequence[str]


@dataclass(frozen=True)
class RetryRequest:
    """The signal for batches: retry whatever has failed."""

    by: str


class CaseAborted(Exception):  # noqa: N818  the name says what is the matter
    """The operator gave up a failed step."""
