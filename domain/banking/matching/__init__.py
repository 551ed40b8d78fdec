"""Which invoice incoming money is for, by the words of its payer.

`keys_in` tells which invoices to fetch, `judge` decides. Money is taken without a person only when
an invoice number and the payer agree; the score orders what a person sees and never decides.
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
