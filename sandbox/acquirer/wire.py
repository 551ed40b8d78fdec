"""The shapes that travel: refund requests, amounts, answers and errors."""

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from sandbox.acquirer.terms import (
    MAX_AMOUNT_KOPECKS,
    MAX_DESCRIPTION_LENGTH,
    MAX_METADATA_ENTRIES,
    MAX_METADATA_NAME_LENGTH,
    MAX_METADATA_VALUE_LENGTH,
)

CURRENCY = "RUB"
_VALUE = re.compile(r"[0-9]{1,12}\.[0-9]{2}", re.ASCII)

Identifier = Annotated[str, StringConstraints(min_length=1, max_length=64)]


def kopecks(value: str) -> int:
    """Kopecks of "123.45"; ValueError for anything else, zero included."""
    if not _VALUE.fullmatch(value):
        raise ValueError("an amount is roubles, a dot and two digits")
    amount = int(value.replace(".", ""))
    if not 0 < amount <= MAX_AMOUNT_KOPECKS:
        raise ValueError("an amount is more than zero and within the limit")
    return amount


def value_text(amount_kopecks: int) -> str:
    """ "123.45" of 12345 kopecks."""
    return f"{amount_kopecks // 100}.{amount_kopecks % 100:02d}"


def moment_text(at_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds, as the real API writes it."""
    instant = datetime.fromtimestamp(at_ms // 1000, UTC).replace(microsecond=at_ms % 1000 * 1000)
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _checked_value(value: str) -> str:
    kopecks(value)
    return value


def _rouble(currency: str) -> str:
    if currency != CURRENCY:
        raise ValueError("only roubles are refunded")
    return currency


class Amount(BaseModel):
    """Roubles as text: the wire never carries a number that could become a float."""

    model_config = ConfigDict(strict=True)
    value: Annotated[str, AfterValidator(_checked_value)]
    currency: Annotated[str, AfterValidator(_rouble)]


class RefundRequest(BaseModel):
    """Body of `POST /v3/refunds`; unknown fields are ignored, as the real API ignores them."""

    model_config = ConfigDict(strict=True)
    payment_id: Identifier
    amount: Amount
    description: str | None = Field(default=None, max_length=MAX_DESCRIPTION_LENGTH)
    metadata: dict[
        Annotated[str, StringConstraints(max_length=MAX_METADATA_NAME_LENGTH)],
        Annotated[str, StringConstraints(max_length=MAX_METADATA_VALUE_LENGTH)],
    ] = Field(default_factory=dict, max_length=MAX_METADATA_ENTRIES)


@dataclass(frozen=True)
class Answer:
    """What goes back; `dropped` closes the connection without a byte."""

    status: int
    body: dict[str, object]
    dropped: bool = False


DROPPED = Answer(status=0, body={}, dropped=True)


def error(status: int, code: str, description: str, parameter: str | None = None) -> Answer:
    """An error object with its own id, as support would ask for it."""
    body: dict[str, object] = {
        "type": "error",
        "id": str(uuid.uuid4()),
        "code": code,
        "description": description,
    }
    if parameter is not None:
        body["parameter"] = parameter
    return Answer(status, body)


def processing() -> Answer:
    """202: taken, not yet carried out; `retry_after` is in milliseconds."""
    return Answer(
        202,
        {"type": "processing", "description": "Request accepted, not yet done", "retry_after": 500},
    )
