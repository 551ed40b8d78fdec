"""Lines of the ledger as accountants read them: when, what, debit, credit, sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from db.refund.ledger import LedgerLine
from texts import Language, translate
from texts.ledger import account_title

MAX_LEDGER_LINES: Final = 200
"""Lines of the page of a case."""


@dataclass(frozen=True)
class LedgerLineShown:
    """A line with its accounts in words."""

    at: datetime
    what: str
    debit: str
    credit: str
    amount_kopecks: int


def ledger_shown(lines: Sequence[LedgerLine], language: Language) -> list[LedgerLineShown]:
    """The lines in words."""
    return [
        LedgerLineShown(
            one.recorded_at,
            translate(f"ledger.{one.kind}", language),
            account_title(one.debit_account, language),
            account_title(one.credit_account, language),
            one.amount_kopecks,
        )
        for one in lines
    ]
