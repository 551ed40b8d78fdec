"""Why a bank refuses a payment before the debit, or gives the money back after it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from domain.billing.requisite_field import RequisiteField


class BankReason(StrEnum):
    """Stable codes; each has the text `payout.reason.<code>`."""

    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_NOT_FOUND = "account_not_found"
    ACCOUNT_BLOCKED = "account_blocked"
    RECIPIENT_DIFFERS = "recipient_differs"
    RETURNED = "returned"
    OTHER = "other"


class RequisitesFault(StrEnum):
    """Why an accountant returns a payout to its client before the bank has had its order. Stable
    codes; each has the text `payout.reason.<code>`.
    """

    RECIPIENT_NAME = "recipient_name_unfit"
    BANK_NAME = "bank_name_unfit"
    REQUISITES = "requisites_unfit"


CONCERNED: Final[Mapping[str, tuple[RequisiteField, ...]]] = MappingProxyType(
    {
        BankReason.ACCOUNT_CLOSED: (RequisiteField.ACCOUNT,),
        BankReason.ACCOUNT_NOT_FOUND: (RequisiteField.ACCOUNT, RequisiteField.BIC),
        BankReason.ACCOUNT_BLOCKED: (RequisiteField.ACCOUNT,),
        BankReason.RECIPIENT_DIFFERS: (RequisiteField.RECIPIENT_NAME, RequisiteField.INN),
        RequisitesFault.RECIPIENT_NAME: (RequisiteField.RECIPIENT_NAME,),
        RequisitesFault.BANK_NAME: (RequisiteField.BANK_NAME,),
    }
)
"""The requisites that a reason is about, where it is about certain ones."""

_PATTERNS: Final = (
    (BankReason.ACCOUNT_CLOSED, re.compile(r"закры[тл]")),
    (BankReason.ACCOUNT_BLOCKED, re.compile(r"арест|блокиров|приостановл")),
    (
        BankReason.ACCOUNT_NOT_FOUND,
        re.compile(r"не найден|не существует|неверн\w* (?:сч[её]т|р/с)"),
    ),
    (BankReason.RECIPIENT_DIFFERS, re.compile(r"не соответств|несоответств|наименовани|инн")),
)
"""Banks word reasons differently; the first pattern that matches decides."""


def reason_in(purpose: str) -> BankReason:
    """The reason found in the purpose of a returned payment; `RETURNED` when none is found."""
    text = purpose.casefold()
    return next(
        (reason for reason, pattern in _PATTERNS if pattern.search(text)), BankReason.RETURNED
    )
