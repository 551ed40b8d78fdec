"""A person's command to a case of any kind, and why a case refuses it."""

from dataclasses import dataclass

NOT_ALLOWED_IN_STATUS = "not_allowed_in_status"
"""The refusal of a command that the case's present status does not allow."""


@dataclass(frozen=True)
class Decision:
    """A person's command to a case: who, and the id of the row with its content."""

    by: str
    submission_id: str | None = None
