"""Why a command is not carried out, in words that every door can say in its own way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

VALIDATION = "validation"
"""The code of a refusal that lies in the fields."""


class RefusalKind(StrEnum):
    """What a caller can do about a refusal."""

    FORBIDDEN = "forbidden"
    """Another role may."""
    NOT_FOUND = "not_found"
    """There is no such thing, or not for this caller."""
    CONFLICT = "conflict"
    """Not in the state that things are in."""
    INVALID = "invalid"
    """What is asked is wrong by itself, or breaks a rule whatever the state."""
    TOO_LARGE = "too_large"
    TOO_OFTEN = "too_often"
    UNAVAILABLE = "unavailable"
    """Something of ours is away; a repeat with the same command id is safe."""
    UNKNOWN = "unknown"
    """It may have been done: look at `look_at`, or repeat with the same command id."""


class Noun(StrEnum):
    """What a caller can be sent to look at."""

    ACQUIRER_DIFFERENCE = "acquirer_difference"
    BANK_ENTRY = "bank_entry"
    CALENDAR = "calendar"
    LIMIT_REQUEST = "limit_request"
    PAYMENT_RUN = "payment_run"
    RECEIPT = "receipt"
    REFUND = "refund"
    RENEWAL = "renewal"


@dataclass(frozen=True)
class LookAt:
    """A thing by its name and id; every door knows where it shows it."""

    noun: Noun
    id: str = ""


@dataclass(frozen=True)
class TextKey:
    """A parameter of a refusal's text that is a text itself, in the caller's language."""

    key: str


@dataclass(frozen=True)
class FieldError:
    """One wrong field: a JSON Pointer into what was asked, or the name of a parameter."""

    code: str
    pointer: str | None = None
    field: str | None = None
    params: Mapping[str, Any] | None = None


class Refusal(Exception):  # noqa: N818  the word of `TransitionResult.refusal`
    """A command that is not carried out. `code` names the text `error.<code>`, whose parameters are
    `params`.

    `details` say more to programs as they are (the id of the case that is in the way).
    `known_changes` are those that a case knew of which refused the command without taking it; a
    refusal without them is final.
    """

    def __init__(
        self,
        kind: RefusalKind,
        code: str,
        /,
        *,
        fields: Sequence[FieldError] = (),
        details: Mapping[str, Any] | None = None,
        look_at: LookAt | None = None,
        known_changes: int | None = None,
        **params: Any,
    ) -> None:
        super().__init__(kind, code)
        self.kind = kind
        self.code = code
        self.fields = tuple(fields)
        self.details = dict(details or {})
        self.look_at = look_at
        self.known_changes = known_changes
        self.params = params


def forbidden() -> Refusal:
    """Another role may."""
    return Refusal(RefusalKind.FORBIDDEN, "forbidden")


def not_found(code: str = "not_found") -> Refusal:
    """There is no such thing, or not for this caller."""
    return Refusal(RefusalKind.NOT_FOUND, code)


def conflict(
    code: str,
    *,
    details: Mapping[str, Any] | None = None,
    look_at: LookAt | None = None,
    **params: Any,
) -> Refusal:
    """Not in the state that things are in."""
    return Refusal(RefusalKind.CONFLICT, code, details=details, look_at=look_at, **params)


def unprocessable(code: str, *, details: Mapping[str, Any] | None = None, **params: Any) -> Refusal:
    """A rule does not let it through, whatever the fields look like."""
    return Refusal(RefusalKind.INVALID, code, details=details, **params)


def invalid(*fields: FieldError) -> Refusal:
    """Fields that are wrong by themselves; the caller gets all of them at once."""
    return Refusal(RefusalKind.INVALID, VALIDATION, fields=fields)


def unavailable(code: str) -> Refusal:
    """Something of ours is away; a repeat with the same command id is safe."""
    return Refusal(RefusalKind.UNAVAILABLE, code)


def case_closed() -> Refusal:
    """The case has ended and takes no commands."""
    return conflict("case_closed")
