"""What payers do, how often, and what is known of an entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from domain.banking.matching import IncomingEntry


class Kind(StrEnum):
    """What a payer did, with how often of a hundred."""

    WHOLE = "number whole"
    UNDER_OR_OVER = "number whole, another sum"
    CLOSED = "paid already or void"
    PARTIAL = "number without prefix or year"
    PARTIAL_OTHER_SUM = "partial number, another sum"
    SLIP = "number with a slip"
    SLIP_OTHER_SUM = "number with a slip, another sum"
    SEVERAL = "several whole numbers"
    SEVERAL_SHORT = "several short numbers"
    SEVERAL_LESS = "several numbers, less than all"
    ONE_UNKNOWN = "several numbers, one unknown"
    NO_NUMBER = "no number"
    STRANGER = "a stranger pays"
    KNOWN_PAYER = "a known payer"
    WRONG_CLIENT = "another client's number"
    UNKNOWN = "a number never issued"


OFTEN: Final[Mapping[Kind, int]] = {
    Kind.WHOLE: 40,
    Kind.UNDER_OR_OVER: 6,
    Kind.CLOSED: 3,
    Kind.PARTIAL: 14,
    Kind.PARTIAL_OTHER_SUM: 2,
    Kind.SLIP: 7,
    Kind.SLIP_OTHER_SUM: 1,
    Kind.SEVERAL: 4,
    Kind.SEVERAL_SHORT: 4,
    Kind.SEVERAL_LESS: 1,
    Kind.ONE_UNKNOWN: 1,
    Kind.NO_NUMBER: 5,
    Kind.STRANGER: 4,
    Kind.KNOWN_PAYER: 3,
    Kind.WRONG_CLIENT: 3,
    Kind.UNKNOWN: 2,
}

NOBODY_KNOWS: Final = frozenset(
    {Kind.ONE_UNKNOWN, Kind.NO_NUMBER, Kind.STRANGER, Kind.WRONG_CLIENT, Kind.UNKNOWN}
)
"""What the paper alone never settles: whatever takes such an entry is wrong."""


@dataclass(frozen=True)
class Written:
    """An entry with the invoices that its payer meant; none where only the payer could say."""

    entry: IncomingEntry
    kind: Kind
    meant: frozenset[str]
    matchable: bool
