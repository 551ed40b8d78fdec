"""Why a command is not carried out, without HTTP or a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

VALIDATION = "validation"
"""The code of a refusal that lies in the fields."""


class RefusalKind(StrEnum):
    """The kinds of refusals, by what a caller can do next."""

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
    """What a refusal can refer a caller to."""

    ACQUIRER_DIFFERENCE = "acquirer_difference"
    BANK_ENTRY = "bank_entry"
    CALENDAR = "calendar"
    GOODS_RETURN = "goods_return"
    COLLECTION = "collection"
    DISPUTE = "dispute"
    LIMIT_REQUEST = "limit_request"
    PAYMENT_RUN = "payment_run"
    PROCESS = "process"
    RECEIPT = "receipt"
    REFUND = "refund"
    RENEWAL = "renewal"
    TICKET = "ticket"


@dataclass(frozen=True)
class LookAt:
    """What to look at, by its kind and id; the API makes a path of it, but of a process, which has
    a page only.
    """

    noun: Noun
    id: str = ""


@dataclass(frozen=True)
class TextKey:
    """A parameter of a refusal's text that is itself a text, in the caller's language."""

    key: str


@dataclass(frozen=True)
class StatusText:
    """A parameter of a refusal's text that is a case's status, in the words of whoever asked."""

    noun: Noun
    status: str


@dataclass(frozen=True)
class FieldError:
    """One wrong field: a JSON Pointer into the request, or the name of a parameter."""

    code: str
    pointer: str | None = None
    field: str | None = None
    params: Mapping[str, Any] | None = None


class Refusal(Exception):  # noqa: N818  the word of `TransitionResult.refusal`
    """A command that is not carried out. `code` names the text `error.<code>`, whose parameters are
    `params`.

    `details` are for programs and are returned unchanged (such as the id of the conflicting case).
    `known_changes` is set where a case refused a command without taking it, by a state of so many
    changes; a refusal without it is final.
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
    """The caller's role may not do this."""
    return Refusal(RefusalKind.FORBIDDEN, "forbidden")


def not_found(code: str = "not_found") -> Refusal:
    """It does not exist, or not for this caller."""
    return Refusal(RefusalKind.NOT_FOUND, code)


def conflict(
    code: str,
    *,
    details: Mapping[str, Any] | None = None,
    look_at: LookAt | None = None,
    **params: Any,
) -> Refusal:
    """It is not in a state that allows this."""
    return Refusal(RefusalKind.CONFLICT, code, details=details, look_at=look_at, **params)


def unprocessable(code: str, *, details: Mapping[str, Any] | None = None, **params: Any) -> Refusal:
    """A rule forbids it, although the fields are valid."""
    return Refusal(RefusalKind.INVALID, code, details=details, **params)


def invalid(*fields: FieldError) -> Refusal:
    """Invalid fields; the caller gets all of them at once."""
    return Refusal(RefusalKind.INVALID, VALIDATION, fields=fields)


def unavailable(code: str) -> Refusal:
    """Our database, Temporal or a worker is away; a repeat with the same command id is safe."""
    return Refusal(RefusalKind.UNAVAILABLE, code)


def case_closed() -> Refusal:
    """The case has ended and takes no commands."""
    return conflict("case_closed")
