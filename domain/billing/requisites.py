"""Validates bank requisites and registration numbers before money moves."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from domain.billing.bank_text import as_bank_file, fits_bank_file, in_bank_letters
from domain.billing.legal_name import readings
from domain.billing.treasury import (
    SINGLE_ACCOUNT,
    check_treasury_account,
    institution_in,
    is_treasury_account,
)

MAX_NAME_LENGTH: Final = 160  # a payment order's limit
MAX_ADDRESS_LENGTH: Final = 300
ADDRESS_PATTERN: Final = r"[A-Za-zА-Яа-яЁё]"  # a postal address has a letter
RECIPIENT_NAME: Final = "recipient_name"  # the field, and what its codes begin with
ROUBLES: Final = "810"
CORRESPONDENT_PREFIX: Final = "30101"
_OF_CENTRAL_BANK: Final = (CORRESPONDENT_PREFIX, SINGLE_ACCOUNT)
CENTRAL_BANK_ENDINGS: Final = frozenset({"000", "001", "002"})
COMPANY_INN_LENGTH: Final = 10
PERSONAL_INN_LENGTH: Final = 12

_KEY_WEIGHTS: Final = (7, 1, 3)
_INN: Final = re.compile(r"(?!00)(?:[0-9]{10}|[0-9]{12})")
_KPP: Final = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_BIC: Final = re.compile(r"[0-9]{9}")
_ACCOUNT: Final = re.compile(r"[0-9]{20}")
# The first digit tells a registration (1, 5; 3) from a record that followed it (2, 6–9; 4): order
# 165n of the Ministry of Finance of 30.10.2017, on the numbers of both registers.
_OGRN: Final = re.compile(r"[15][0-9]{12}|3[0-9]{14}")
_OGRNIP_LENGTH: Final = 15


class ClientKind(StrEnum):
    """The kinds of clients that law and banks distinguish."""

    COMPANY = "company"
    SOLE_TRADER = "sole_trader"
    INDIVIDUAL = "individual"


# Balance accounts (Bank of Russia 809-P) that a client of a kind may be paid to.
ACCOUNT_BEGINNINGS: Final = {
    ClientKind.COMPANY: (
        *("40501", "40502", "40503"),  # federal property
        *("40601", "40602", "40603"),  # other state property
        *("40701", "40702", "40703"),  # private: financial, commercial, non-commercial
        "40807",  # foreign companies
    ),
    ClientKind.SOLE_TRADER: ("40802",),
    ClientKind.INDIVIDUAL: ("40817", "40820", "423"),
}

INN_LENGTHS: Final = {
    ClientKind.COMPANY: COMPANY_INN_LENGTH,
    ClientKind.SOLE_TRADER: PERSONAL_INN_LENGTH,
    ClientKind.INDIVIDUAL: PERSONAL_INN_LENGTH,
}


@dataclass(frozen=True, repr=False)
class Requisites:
    """Where to pay, as the client wrote it; not validated yet.

    `correspondent_account` None: the bank has none, or the payer looks it up by the BIC.
    """

    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None

    def __repr__(self) -> str:
        """Only the account's last four digits: requisites are personal data and must not be
        logged.
        """
        shown = self.account[-4:] if _ACCOUNT.fullmatch(self.account) else ""
        return f"Requisites(account=…{shown})"


@dataclass(frozen=True)
class Problem:
    """A field of `Requisites` and the stable code of its error."""

    field: str
    code: str


def check_inn(text: str) -> str | None:
    """None when valid, otherwise the code of the first check that fails; likewise the functions
    below.
    """
    if not _INN.fullmatch(text):
        return "inn_format"
    return None if stdnum_inn.is_valid(text) else "inn_check_digit"


def check_kpp(text: str) -> str | None:
    """A KPP has no check digit: only its format is checked."""
    return None if _KPP.fullmatch(text) else "kpp_format"


def check_bic(text: str) -> str | None:
    """A BIC has no check digit; it need not begin with 04."""
    return None if _BIC.fullmatch(text) else "bic_format"


def check_ogrn(text: str) -> str | None:
    """OGRN of a company (13 digits) or a sole trader (15)."""
    if not _OGRN.fullmatch(text):
        return "ogrn_format"
    if len(text) == _OGRNIP_LENGTH:
        # stdnum refuses the valid ones whose remainder is 10, 11 or 12.
        right = int(text[:-1]) % 13 % 10 == int(text[-1])
    else:
        right = stdnum_ogrn.is_valid(text)
    return None if right else "ogrn_check_digit"


def check_account(account: str, bic: str) -> str | None:
    """A rouble account and its key against the bank; a malformed BIC leaves the key unchecked."""
    if not _ACCOUNT.fullmatch(account):
        return "account_format"
    if check_bic(bic) is None and not _key_holds(account, bic):
        return "account_key"
    return None if account[5:8] == ROUBLES else "account_currency"


def check_correspondent_account(account: str, bic: str) -> str | None:
    """A bank's own account: 30101…, its key, and its last digits, which repeat the BIC's."""
    if not _ACCOUNT.fullmatch(account) or not account.startswith(CORRESPONDENT_PREFIX):
        return "correspondent_account_format"
    if check_bic(bic) is not None:
        return None
    if not _key_holds(account, bic):
        return "correspondent_account_key"
    ending = bic[6:]
    if ending not in CENTRAL_BANK_ENDINGS and account[17:] != ending:
        return "correspondent_account_bic"
    return None if account[5:8] == ROUBLES else "correspondent_account_currency"


def check_recipient_account(account: str, bic: str) -> str | None:
    """The account to be paid to: a bank's, or one of the treasury's."""
    check = check_treasury_account if is_treasury_account(account) else check_account
    return check(account, bic)


def check_recipient_correspondent(
    correspondent_account: str | None, account: str, bic: str
) -> str | None:
    """The error of the correspondent account: a bank's, which may be left out, or the treasury's
    single account (40102…), which may not.
    """
    if is_treasury_account(account):
        return _single_treasury_account(correspondent_account, bic)
    if correspondent_account is None:
        return None
    return check_correspondent_account(correspondent_account, bic)


def _single_treasury_account(account: str | None, bic: str) -> str | None:
    if account is None:
        return "treasury_correspondent_missing"
    if not _ACCOUNT.fullmatch(account) or not account.startswith(SINGLE_ACCOUNT):
        return "treasury_correspondent_format"
    if check_bic(bic) is None and not _key_holds(account, bic):
        return "correspondent_account_key"
    return None if account[5:8] == ROUBLES else "correspondent_account_currency"


def _key_holds(account: str, bic: str) -> bool:
    """The account key of the Bank of Russia's order 515 of 08.09.1997."""
    of_central_bank = account.startswith(_OF_CENTRAL_BANK) or bic[6:] in CENTRAL_BANK_ENDINGS
    prefix = "0" + bic[4:6] if of_central_bank else bic[6:]
    digits = map(int, prefix + account)
    weighted = (digit * _KEY_WEIGHTS[place % 3] for place, digit in enumerate(digits))
    return sum(weighted) % 10 == 0


def problems(
    requisites: Requisites, *, client_kind: ClientKind, client_name: str, client_inn: str | None
) -> tuple[Problem, ...]:
    """All errors at once, each field once, with the first check that it fails.

    The INN is compared with the client's only where both are known; only an individual is paid
    without one.
    """
    found = {
        "recipient_name": _recipient_name(requisites, client_kind, client_name),
        "inn": _inn(requisites.inn, client_kind, client_inn),
        "kpp": _kpp(requisites, client_kind),
        "bic": check_bic(requisites.bic),
        "account": _account(requisites, client_kind),
        "bank_name": check_name(requisites.bank_name, "bank_name"),
        "correspondent_account": check_recipient_correspondent(
            requisites.correspondent_account, requisites.account, requisites.bic
        ),
    }
    return tuple(Problem(field, code) for field, code in found.items() if code is not None)


def same_name(one: str, other: str, client_kind: ClientKind) -> bool:
    """Whether two spellings name the same recipient.

    Case, ё, quotes, spaces and punctuation are ignored, and so is whether a form or a kind of
    organisation is abbreviated (`domain.billing.legal_forms`); the form may be first or last. The
    order of names matters, and initials do not equal names. A letter that the bank's file lacks
    equals the one without marks. A sole trader may leave «ИП» out, since the account shows it.
    """
    said = client_kind is ClientKind.SOLE_TRADER
    return not readings(one, form_is_said=said).isdisjoint(readings(other, form_is_said=said))


def _recipient_name(
    requisites: Requisites, client_kind: ClientKind, client_name: str
) -> str | None:
    name: str | None = requisites.recipient_name
    code = check_name(requisites.recipient_name, RECIPIENT_NAME)
    if code is not None:
        return code
    if is_treasury_account(requisites.account):
        name = institution_in(requisites.recipient_name)
    if name is None:
        return "recipient_name_treasury"
    return None if same_name(name, client_name, client_kind) else "recipient_name_differs"


def _inn(inn: str | None, client_kind: ClientKind, client_inn: str | None) -> str | None:
    if inn is None:
        return None if client_kind is ClientKind.INDIVIDUAL else "inn_missing"
    code = check_inn(inn)
    if code is not None:
        return code
    if len(inn) != INN_LENGTHS[client_kind]:
        return "inn_kind"
    return "inn_differs" if client_inn not in (None, inn) else None


def _kpp(requisites: Requisites, client_kind: ClientKind) -> str | None:
    kpp = requisites.kpp
    if kpp is None:
        return "kpp_missing" if is_treasury_account(requisites.account) else None
    return check_kpp(kpp) if client_kind is ClientKind.COMPANY else "kpp_not_applicable"


def _account(requisites: Requisites, client_kind: ClientKind) -> str | None:
    account = requisites.account
    code = check_recipient_account(account, requisites.bic)
    if code is not None:
        return code
    if is_treasury_account(account):
        return None if client_kind is ClientKind.COMPANY else "account_kind"
    return None if account.startswith(ACCOUNT_BEGINNINGS[client_kind]) else "account_kind"


def check_name(name: str, field: str) -> str | None:
    """The error of a name for a payment order: it has to be present, one line, of cp1251
    characters, and short enough once converted.
    """
    written = as_bank_file(name)
    if not written:
        return f"{field}_missing"
    if len(written) > MAX_NAME_LENGTH:
        return f"{field}_too_long"
    return None if fits_bank_file(written) else f"{field}_characters"


def check_address(address: str) -> str | None:
    """A postal address as documents name it: one line of signs that show, with a letter."""
    is_one = (
        len(address) <= MAX_ADDRESS_LENGTH
        and address.isprintable()
        and re.search(ADDRESS_PATTERN, address) is not None
    )
    return None if is_one else "address_format"


def check_client_name(name: str) -> str | None:
    """The error of a client's name: a payment order has to be able to contain it, if need be with
    letters without marks in place of those that cp1251 lacks (ü as u).
    """
    return check_name(in_bank_letters(name), RECIPIENT_NAME)
