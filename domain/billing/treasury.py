"""Accounts of state institutions, which the Federal Treasury keeps.

Such an order names the treasury account (03…, currency 643) where others name the recipient's, the
single treasury account (40102…) where others name the bank's correspondent account, the BIC of the
treasury's body (00… or 01…), the KPP, and as the recipient «УФК по … (the institution, л/с …)».
"""

import re
from typing import Final

TREASURY_CURRENCY: Final = "643"
SINGLE_ACCOUNT: Final = "40102"

_BEGINNING: Final = "03"
_DIGITS: Final = re.compile(r"[0-9]{20}")
_BIC_BEGINNINGS: Final = ("00", "01")
_NAME: Final = re.compile(r"(?P<treasury>[^()]*\w[^()]*)\((?P<inside>.+)\)")
_PERSONAL_ACCOUNT: Final = re.compile(
    r"(?:л\s*/\s*[сc]ч?|лс|лицевой\s+сч[её]т)\.?\s*(?:№\s*)?[0-9][0-9A-ZА-Я]{10,19}\b",
    re.IGNORECASE,
)


def is_treasury_account(account: str) -> bool:
    """Whether an account is one that the treasury keeps, by its beginning."""
    return account.startswith(_BEGINNING)


def check_treasury_account(account: str, bic: str) -> str | None:
    """None when right, else the code of the first thing that is wrong.

    It has no key of its own; the single treasury account has.
    """
    if not _DIGITS.fullmatch(account):
        return "account_format"
    if account[5:8] != TREASURY_CURRENCY:
        return "account_currency"
    return None if bic.startswith(_BIC_BEGINNINGS) else "treasury_bic"


def institution_in(name: str) -> str | None:
    """The institution that «УФК по … (institution, л/с …)» names; None for a name that is none."""
    found = _NAME.fullmatch(name.strip())
    if found is None or _PERSONAL_ACCOUNT.search(found["inside"]) is None:
        return None
    return _PERSONAL_ACCOUNT.sub(" ", found["inside"]).strip(" ,;") or None
