"""Parses sums, days, accounts and texts; each refusal names line and key."""

import re
from datetime import date
from functools import lru_cache
from typing import Final

from domain.banking.bank_statement import masked_account
from domain.billing.requisites import ROUBLES
from domain.money import KOPECKS_IN_ROUBLE, MAX_FRACTION_DIGITS, MAX_WHOLE_DIGITS
from gateways.bank_file.errors import BankFileError, BankFileFault
from gateways.bank_file.sections import Section

# A comma or a dot, spaces or an apostrophe between thousands; a third digit after the comma would
# leave open whether thousands are meant.
_AMOUNT: Final = re.compile(
    rf"(-?)([0-9]{{1,{MAX_WHOLE_DIGITS}}}|[0-9]{{1,3}}(?:[ '][0-9]{{3}}){{1,3}})"
    rf"(?:[.,]([0-9]{{1,{MAX_FRACTION_DIGITS}}}))?"
)
_BETWEEN_THOUSANDS: Final = re.compile("[ ']")
_TIME: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_DAY: Final = re.compile(rf"([0-9]{{2}})\.([0-9]{{2}})\.([0-9]{{4}})(?: +{_TIME})?")
_ACCOUNT: Final = re.compile(r"[0-9]{20}")
_CURRENCY: Final = slice(5, 8)

_REMEMBERED: Final = 1_000
"""Days, and as many sums."""


def required(section: Section, key: str) -> str:
    """A value without which an entry cannot be read."""
    value = section.text(key)
    if not value:
        raise BankFileError(section.line, BankFileFault.KEY_MISSING, key)
    return value


def balance(line: int, key: str, text: str) -> int | None:
    """Kopecks, negative for an overdraft; None if the bank does not declare it."""
    if not text:
        return None
    kopecks = _kopecks(text)
    if kopecks is None:
        raise BankFileError(line, BankFileFault.AMOUNT, key)
    return kopecks


def amount(line: int, key: str, text: str) -> int:
    """Kopecks; 0 only where the bank wrote a zero."""
    kopecks = _kopecks(text) if text else None
    if kopecks is None or kopecks < 0:
        fault = BankFileFault.AMOUNT if text else BankFileFault.KEY_MISSING
        raise BankFileError(line, fault, key)
    return kopecks


def day(line: int, key: str, text: str) -> date | None:
    """A day written 21.11.2026, with or without a time; None if there is none."""
    if not text:
        return None
    found = _day(text)
    if found is None:
        raise BankFileError(line, BankFileFault.DATE, key)
    return found


@lru_cache(_REMEMBERED)
def _kopecks(text: str) -> int | None:
    """A sum as it is written; None for what is none. Cached: the same prices are paid again."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        return None
    minus, whole, fraction = match.groups("")
    if not whole.isdecimal():
        whole = _BETWEEN_THOUSANDS.sub("", whole)
    kopecks = int(whole) * KOPECKS_IN_ROUBLE + int(fraction.ljust(MAX_FRACTION_DIGITS, "0"))
    return -kopecks if minus else kopecks


@lru_cache(_REMEMBERED)
def _day(text: str) -> date | None:
    """Cached: a file has few days and many documents."""
    match = _DAY.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def is_in_roubles(account: str, line: int) -> bool:
    """Whether an account of 20 digits is a rouble one; anything else is refused."""
    if not _ACCOUNT.fullmatch(account):
        raise BankFileError(line, BankFileFault.ACCOUNT, masked_account(account))
    return account[_CURRENCY] == ROUBLES


def limited(line: int, key: str, text: str, longest: int) -> str:
    """The text, if it is no longer than the limit."""
    if len(text) > longest:
        raise BankFileError(line, BankFileFault.TEXT_TOO_LONG, f"{key}: {longest}")
    return text
