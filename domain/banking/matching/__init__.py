"""Finds the invoice that an incoming payment is for, by its purpose, payer and sum.

`keys_in` returns the keys of the invoices to read, `judge` decides. Money is allocated without a
person only when an invoice number and the payer agree; the score only orders what a person is
shown.
"""

from domain.banking.matching.facts import (
    MAX_CANDIDATES,
    MAX_SCORE,
    WEIGHTS,
    Candidate,
    Evidence,
    HoldReason,
    IncomingEntry,
    OpenInvoice,
    Share,
    Verdict,
)
from domain.banking.matching.judgement import judge
from domain.banking.matching.numbers import key_of
from domain.banking.matching.reading import MAX_KEYS, keys_in

__all__ = [
    "MAX_CANDIDATES",
    "MAX_KEYS",
    "MAX_SCORE",
    "WEIGHTS",
    "Candidate",
    "Evidence",
    "HoldReason",
    "IncomingEntry",
    "OpenInvoice",
    "Share",
    "Verdict",
    "judge",
    "key_of",
    "keys_in",
]
