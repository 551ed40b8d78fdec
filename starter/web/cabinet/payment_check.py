"""What the latest check of an order's payment found, as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from db.billing.payment_check import PaymentCheckRow, check_from
from starter.presentation.billing.payment_check import (
    PaymentCheckShown,
    check_shown,
    may_check_again,
)
from texts import Language


@dataclass(frozen=True)
class LastCheck:
    """The latest check, and whether the order may be checked again now."""

    shown: PaymentCheckShown
    may_again: bool


def last_check(rows: Sequence[PaymentCheckRow], language: Language) -> LastCheck | None:
    """The newest of the checks; None where the order was never checked."""
    if not rows:
        return None
    check = check_from(rows[0])
    return LastCheck(check_shown(check, language), may_check_again(check, datetime.now(UTC)))
