"""Prepared answers: texts with places that are filled in from the ticket."""

import re
from collections.abc import Mapping
from enum import StrEnum

MAX_TITLE_LENGTH = 120
MAX_CANNED_LENGTH = 10_000

_PLACE = re.compile(r"\{([^{}]*)\}")


class Place(StrEnum):
    """What a prepared answer may leave open: `{client}` and so on."""

    CLIENT = "client"
    NUMBER = "number"
    TOPIC = "topic"
    INVOICE = "invoice"
    REFUND = "refund"


def unknown_places(text: str) -> list[str]:
    """The places of a text that nothing fills in."""
    known = set(Place)
    return [name for name in _PLACE.findall(text) if name not in known]


def filled(text: str, values: Mapping[Place, str]) -> str:
    """A text with its places filled in, once: what a value says is no place."""
    return _PLACE.sub(lambda found: values[Place(found[1])], text)
