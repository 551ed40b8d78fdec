"""The types of JSON fields: strict, bounded; sums are texts, dates and instants ISO 8601."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from domain.billing.requisites import ADDRESS_PATTERN, MAX_ADDRESS_LENGTH
from domain.money import AmountError, parse_amount
from domain.notification.mail_address import MAX_LENGTH, AddressMalformed, ascii_address
from domain.text import has_control_characters, one_line, paragraphs
from starter.api.http.problems import OWN_ERROR
from starter.presentation.models import AMOUNT_PATTERN as AMOUNT_PATTERN
from starter.presentation.models import MAX_NOTE_LENGTH
from starter.presentation.models import Roubles as Roubles
from starter.presentation.models import Shown as Shown

ID_PATTERN = r"^[A-Za-z0-9-]{1,40}$"
"""Ids of clients and numbers of invoices."""
FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2199, 12, 31)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Body(BaseModel):
    """A request body: unknown fields and fields of another type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def refused(code: str) -> PydanticCustomError:
    """What a validator raises to refuse a field with the text `error.<code>`."""
    return PydanticCustomError(OWN_ERROR + code, "{code}", {"code": code})


def _kopecks(value: Any) -> int:
    try:
        return parse_amount(value)
    except AmountError as error:
        raise refused(error.code) from None


def _written(value: Any) -> Any:
    return one_line(value) if isinstance(value, str) else value


def _line(value: Any) -> Any:
    return _readable(_written(value))


def _note(value: Any) -> Any:
    return _readable(paragraphs(value) if isinstance(value, str) else value)


def _readable(value: Any) -> Any:
    if isinstance(value, str) and has_control_characters(value):
        raise refused("text_characters")
    return value


def _email(value: str) -> str:
    try:
        ascii_address(value)
    except AddressMalformed:
        raise refused("email_format") from None
    return value


def _day(value: Any) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise refused("day_not_iso")
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise refused("day_not_iso") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise refused("day_out_of_range")
    return day


def _instant(value: Any) -> datetime:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise refused("instant_not_iso")
    try:
        instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise refused("instant_not_iso") from None
    if not FIRST_DAY <= instant.date() <= LAST_DAY:
        raise refused("day_out_of_range")
    return instant


Kopecks = Annotated[
    int,
    BeforeValidator(_kopecks),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["9693.55"]}),
]
"""A positive sum in a request: roubles as text outside, whole kopecks inside."""

Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-03-17"]}),
]
"""A date in a request."""

Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2026-03-17T12:30:00+03:00"]}
    ),
]
"""An instant in a request; UTC inside."""

Lax = Field(strict=False)
"""For an enumeration in a body: JSON has only its text."""

ClientId = Annotated[str, Field(pattern=ID_PATTERN, examples=["romashka-7"])]
InvoiceNumber = Annotated[str, Field(pattern=ID_PATTERN, examples=["2026-000117"])]

Written = Annotated[str, BeforeValidator(_written)]
"""One line that a person writes, in the form of `domain.text`; what it may hold is judged after."""
Line = Annotated[str, BeforeValidator(_line)]
"""The same, refused where it has control signs."""
Address = Annotated[
    Line,
    Field(
        max_length=MAX_ADDRESS_LENGTH,
        pattern=ADDRESS_PATTERN,
        examples=["115035, г. Москва, ул. Садовническая, д. 7, офис 12"],
    ),
]
"""A postal address as documents name it."""
Email = Annotated[
    str,
    Field(max_length=MAX_LENGTH),
    BeforeValidator(_written),
    AfterValidator(_email),
    WithJsonSchema({"type": "string", "format": "email", "maxLength": MAX_LENGTH}),
]
"""An address that a letter can be sent to."""
Paragraphs = Annotated[str, Field(min_length=1, pattern=r"\S"), BeforeValidator(_note)]
"""What a person writes in lines; the field says how long it may be."""
Note = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NOTE_LENGTH, pattern=r"\S"),
    BeforeValidator(_note),
]
"""What a person says to another: remarks, a reason."""
