"""The facts, codes and weights of matching an entry with invoices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

MAX_CANDIDATES: Final = 5
MAX_SCORE: Final = 100


class Evidence(StrEnum):
    """What indicates that money is for an invoice; each has the text `evidence.<code>`."""

    NUMBER = "number"
    NUMBER_PART = "number_part"
    NUMBER_SLIP = "number_slip"
    INN = "inn"
    KNOWN_PAYER = "known_payer"
    NAME = "name"
    SUM_EXACT = "sum_exact"
    SUM_OF_SEVERAL = "sum_of_several"
    SUM_UNDER = "sum_under"
    SUM_OVER = "sum_over"
    ALREADY_PAID = "already_paid"
    VOID = "void"


WEIGHTS: Final[Mapping[Evidence, int]] = {
    Evidence.NUMBER: 60,
    Evidence.NUMBER_PART: 35,
    Evidence.NUMBER_SLIP: 30,
    Evidence.INN: 25,
    Evidence.KNOWN_PAYER: 22,
    Evidence.NAME: 20,
    Evidence.SUM_EXACT: 15,
    Evidence.SUM_OF_SEVERAL: 15,
    Evidence.SUM_UNDER: 0,
    Evidence.SUM_OVER: 0,
    Evidence.ALREADY_PAID: 0,
    Evidence.VOID: 0,
}
"""One code for the number, one for the payer and one for the sum add up to at most `MAX_SCORE`."""


class HoldReason(StrEnum):
    """Why a person has to decide; each has the text `hold.<code>`."""

    NUMBER_MISSING = "number_missing"
    NUMBER_INEXACT = "number_inexact"
    INVOICE_UNKNOWN = "invoice_unknown"
    THIRD_PARTY = "third_party"
    SEVERAL_CLIENTS = "several_clients"
    SUM_DIFFERS = "sum_differs"
    AMBIGUOUS = "ambiguous"
    BEFORE_INVOICE = "before_invoice"


@dataclass(frozen=True, repr=False)
class OpenInvoice:
    """An invoice that money may be for; it may be paid in full, or void.

    `payer_inns` are the client's own INN and that of the requisites on the order;
    `known_payer_inns` third parties that a person has accepted for this client. `balance_kopecks`
    is due minus paid, never below 0, and 0 for a void one.
    """

    number: str
    client_id: str
    client_name: str
    payer_inns: frozenset[str]
    known_payer_inns: frozenset[str]
    balance_kopecks: int
    total_kopecks: int
    issued_on: date
    is_void: bool

    def __repr__(self) -> str:
        """Without names and INNs: an invoice may be logged."""
        return f"OpenInvoice(number={self.number!r}, balance_kopecks={self.balance_kopecks})"


@dataclass(frozen=True, repr=False)
class IncomingEntry:
    """Incoming money. `payer_inn` is None when the statement has none."""

    amount_kopecks: int
    payer_inn: str | None
    payer_name: str
    purpose: str
    day: date

    def __repr__(self) -> str:
        """Without payer and purpose: an entry may be logged."""
        return f"IncomingEntry(amount_kopecks={self.amount_kopecks}, day={self.day})"


@dataclass(frozen=True)
class Share:
    """The part of an entry for one invoice; what exceeds its balance is the invoice's surplus."""

    invoice_number: str
    amount_kopecks: int


@dataclass(frozen=True)
class Candidate:
    """An invoice that a person may choose, with its evidence."""

    invoice_number: str
    score: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Verdict:
    """Shares that add up to the entry's amount, or the reason why a person has to decide; never
    both.

    `score` and `evidence` are those of the weakest share, or of the best candidate of a held entry.
    `candidates` are the best first, at most `MAX_CANDIDATES`, for an allocated entry too: they are
    shown when the allocation is undone.
    """

    shares: tuple[Share, ...]
    score: int
    evidence: tuple[Evidence, ...]
    hold: HoldReason | None
    candidates: tuple[Candidate, ...]


def score_of(evidence: tuple[Evidence, ...]) -> int:
    """From 0 to `MAX_SCORE`."""
    return min(MAX_SCORE, sum(WEIGHTS[one] for one in evidence))
