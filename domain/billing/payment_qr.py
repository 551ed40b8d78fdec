"""The text behind a payment's QR code, by ГОСТ Р 56042-2014: what a bank's app fills in."""

import re
from typing import Final

from domain.billing.requisites import Requisites

FORMAT: Final = "ST00012"
"""Of the standard: version 0001, values in UTF-8 (2)."""
SEPARATOR: Final = "|"
NO_CORRESPONDENT_ACCOUNT: Final = "0"
"""The field is mandatory; a bank of the Treasury has no such account."""

MAX_LENGTHS: Final = {
    "Name": 160,
    "PersonalAcc": 20,
    "BankName": 45,
    "BIC": 9,
    "CorrespAcc": 20,
    "PayeeINN": 12,
    "KPP": 9,
    "Purpose": 210,
    "Sum": 18,
}
"""Characters of each value that the standard allows; names in its own order."""
MANDATORY: Final = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")

_UNFIT: Final = re.compile(r"[\s|\x00-\x1f\x7f]+")


def payment_qr_text(recipient: Requisites, amount_kopecks: int, purpose: str) -> str:
    """The text to encode as UTF-8. The sum is in kopecks, as the standard has it.

    A longer text is cut to what its field holds; the separator inside one becomes a space. Raises
    ValueError without a sum, or without a field that is mandatory: a code must not fill in half.
    """
    if amount_kopecks <= 0:
        raise ValueError("a payment has a sum above zero")
    fitting = {name: _fitting(name, value) for name, value in _values(recipient, purpose).items()}
    missing = [name for name in MANDATORY if not fitting[name]]
    if missing:
        raise ValueError(f"a payment's QR code needs {', '.join(missing)}")
    fitting["Sum"] = str(amount_kopecks)
    return SEPARATOR.join(
        [FORMAT, *(f"{name}={value}" for name, value in fitting.items() if value)]
    )


def _values(recipient: Requisites, purpose: str) -> dict[str, str]:
    return {
        "Name": recipient.recipient_name,
        "PersonalAcc": recipient.account,
        "BankName": recipient.bank_name,
        "BIC": recipient.bic,
        "CorrespAcc": recipient.correspondent_account or NO_CORRESPONDENT_ACCOUNT,
        "PayeeINN": recipient.inn or "",
        "KPP": recipient.kpp or "",
        "Purpose": purpose,
    }


def _fitting(name: str, value: str) -> str:
    return _UNFIT.sub(" ", value).strip()[: MAX_LENGTHS[name]].strip()
