"""What answers are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from domain.money import amount_text

AMOUNT_PATTERN = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
MAX_NOTE_LENGTH = 2000
"""Characters of what a person writes: remarks, reasons."""


class Shown(BaseModel):
    """An answer: what a caller may see of something."""

    model_config = ConfigDict(frozen=True)


Roubles = Annotated[
    int,
    PlainSerializer(amount_text, return_type=str),
    WithJsonSchema({"type": "string", "pattern": AMOUNT_PATTERN, "examples": ["9693.55"]}),
]
"""A sum in an answer: whole kopecks inside, roubles as text outside."""


def _signed(kopecks: int) -> str:
    return f"-{amount_text(-kopecks)}" if kopecks < 0 else amount_text(kopecks)


SignedRoubles = Annotated[
    int,
    PlainSerializer(_signed, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^-?[0-9]{1,12}\.[0-9]{2}$", "examples": ["-9693.55"]}
    ),
]
"""A sum in an answer, below zero for what went out, or for an overdraft."""
