"""The text of a payment's QR code by ГОСТ Р 56042-2014, which bank apps fill a transfer in from."""

import re
from typing import Final

from domain.billing.requisites import Requisites

FORMAT: Final = "ST00012"
"""The standard's prefix: version 0001, values in UTF-8 (2)."""
SEPARATOR: Final = "|"
NO_CORRESPONDENT_ACCOUNT: Final = "0"
"""The value of the mandatory field for a bank of the Treasury, which has no such account."""

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
"""The most characters of each value by the standard, in the standard's order."""
MANDATORY: Final = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")

_UNFIT: Final = re.compile(r"[\s|\x00-\x1f\x7f]+")


def payment_qr_text(recipient: Requisites, amount_kopecks: int, purpose: str) -> str:
    """The text to encode as UTF-8. The sum is in kopecks, as in the standard.

    A value that is too long is cut; a separator inside it becomes a space. Raises ValueError when
    the sum or a mandatory field is missing, since the code would then fill in only part of a
    transfer.
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
