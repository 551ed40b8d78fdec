"""Bank requisites and registration numbers: what can be told wrong before any money moves."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn

from domain.bank_text import as_bank_file, fits_bank_file, in_bank_letters
from domain.text import compared

MAX_NAME_LENGTH: Final = 160  # a payment order's limit
RECIPIENT_NAME: Final = "recipient_name"  # the field, and what its codes begin with
ROUBLES: Final = "810"
CORRESPONDENT_PREFIX: Final = "30101"
CENTRAL_BANK_ENDINGS: Final = frozenset({"000", "001", "002"})
COMPANY_INN_LENGTH: Final = 10
PERSONAL_INN_LENGTH: Final = 12

_KEY_WEIGHTS: Final = (7, 1, 3)
_INN: Final = re.compile(r"(?!00)(?:[0-9]{10}|[0-9]{12})")
_KPP: Final = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_BIC: Final = re.compile(r"[0-9]{9}")
_ACCOUNT: Final = re.compile(r"[0-9]{20}")
_OGRN: Final = re.compile(r"[1-9][0-9]{12}|[34][0-9]{14}")
_OGRNIP_LENGTH: Final = 15


class ClientKind(StrEnum):
    """Whom the law and the bank take a client for."""

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

# Organisational forms as they look after `_words`: the long one and its short one.
FORMS: Final = {
    "общество с ограниченной ответственностью": "ооо",
    "публичное акционерное общество": "пао",
    "непубличное акционерное общество": "нао",
    "открытое акционерное общество": "оао",
    "закрытое акционерное общество": "зао",
    "акционерное общество": "ао",
    "индивидуальный предприниматель": "ип",
    "глава крестьянского фермерского хозяйства": "глава кфх",
    "крестьянское фермерское хозяйство": "кфх",
    "автономная некоммерческая организация": "ано",
    "некоммерческое партнерство": "нп",
    "производственный кооператив": "пк",
    "федеральное государственное унитарное предприятие": "фгуп",
    "государственное унитарное предприятие": "гуп",
    "муниципальное унитарное предприятие": "муп",
    "федеральное государственное бюджетное учреждение": "фгбу",
    "государственное бюджетное учреждение": "гбу",
    "муниципальное бюджетное учреждение": "мбу",
    "товарищество собственников жилья": "тсж",
    "товарищество собственников недвижимости": "тсн",
    "садоводческое некоммерческое товарищество": "снт",
}
_FORM_WORDS: Final = tuple(
    (tuple(long.split()), tuple(short.split())) for long, short in FORMS.items()
)
_SOLE_TRADER_FORM: Final = ("ип",)


@dataclass(frozen=True, repr=False)
class Requisites:
    """Where to pay, as the client wrote it; nothing here has been checked yet.

    `correspondent_account` None: the bank has none of its own, or the payer looks it up by the BIC.
    """

    recipient_name: str
    inn: str | None
    kpp: str | None
    bic: str
    account: str
    bank_name: str
    correspondent_account: str | None

    def __repr__(self) -> str:
        """Only the account's last four digits: requisites are personal and must not reach a log."""
        shown = self.account[-4:] if _ACCOUNT.fullmatch(self.account) else ""
        return f"Requisites(account=…{shown})"


@dataclass(frozen=True)
class Problem:
    """One field of `Requisites` and the stable code of what is wrong with it."""

    field: str
    code: str


def check_inn(text: str) -> str | None:
    """None when right, else the code of the first level that fails; so do all checks below."""
    if not _INN.fullmatch(text):
        return "inn_format"
    return None if stdnum_inn.is_valid(text) else "inn_check_digit"


def check_kpp(text: str) -> str | None:
    """KPP has no check digit: the form is all there is."""
    return None if _KPP.fullmatch(text) else "kpp_format"


def check_bic(text: str) -> str | None:
    """BIC has no check digit; it need not begin with 04."""
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


def _key_holds(account: str, bic: str) -> bool:
    """The account key of the Bank of Russia's order 515 of 08.09.1997."""
    of_central_bank = account.startswith(CORRESPONDENT_PREFIX) or bic[6:] in CENTRAL_BANK_ENDINGS
    prefix = "0" + bic[4:6] if of_central_bank else bic[6:]
    digits = map(int, prefix + account)
    weighted = (digit * _KEY_WEIGHTS[place % 3] for place, digit in enumerate(digits))
    return sum(weighted) % 10 == 0


def problems(
    requisites: Requisites, *, client_kind: ClientKind, client_name: str, client_inn: str | None
) -> tuple[Problem, ...]:
    """All that is wrong at once, each field once, with its first failing level.

    An INN is compared only where both sides have one; without one only an individual is paid.
    """
    found = {
        "recipient_name": _recipient_name(requisites.recipient_name, client_kind, client_name),
        "inn": _inn(requisites.inn, client_kind, client_inn),
        "kpp": _kpp(requisites.kpp, client_kind),
        "bic": check_bic(requisites.bic),
        "account": _account(requisites, client_kind),
        "bank_name": check_name(requisites.bank_name, "bank_name"),
        "correspondent_account": _correspondent_account(requisites),
    }
    return tuple(Problem(field, code) for field, code in found.items() if code is not None)


def same_name(one: str, other: str, client_kind: ClientKind) -> bool:
    """Whether two spellings name the same recipient.

    Case, ё, quotes, spaces, punctuation and the long or short organisational form do not matter,
    and the form may stand at either end; the order of names does, and initials are not names. A
    letter that the bank's file lacks is the one without marks. A sole trader may leave «ИП» out:
    the account says it.
    """
    return _recipient(one, client_kind) == _recipient(other, client_kind)


def _recipient_name(name: str, client_kind: ClientKind, client_name: str) -> str | None:
    code = check_name(name, RECIPIENT_NAME)
    if code is None and not same_name(name, client_name, client_kind):
        return "recipient_name_differs"
    return code


def _inn(inn: str | None, client_kind: ClientKind, client_inn: str | None) -> str | None:
    if inn is None:
        return None if client_kind is ClientKind.INDIVIDUAL else "inn_missing"
    code = check_inn(inn)
    if code is not None:
        return code
    if len(inn) != INN_LENGTHS[client_kind]:
        return "inn_kind"
    return "inn_differs" if client_inn not in (None, inn) else None


def _kpp(kpp: str | None, client_kind: ClientKind) -> str | None:
    if kpp is None:
        return None
    return check_kpp(kpp) if client_kind is ClientKind.COMPANY else "kpp_not_applicable"


def _account(requisites: Requisites, client_kind: ClientKind) -> str | None:
    code = check_account(requisites.account, requisites.bic)
    if code is None and not requisites.account.startswith(ACCOUNT_BEGINNINGS[client_kind]):
        return "account_kind"
    return code


def _correspondent_account(requisites: Requisites) -> str | None:
    account = requisites.correspondent_account
    return None if account is None else check_correspondent_account(account, requisites.bic)


def check_name(name: str, field: str) -> str | None:
    """A name that a payment order can carry: there, one line, and as the bank's file writes it
    short enough and in its letters.
    """
    written = as_bank_file(name)
    if not written:
        return f"{field}_missing"
    if len(written) > MAX_NAME_LENGTH:
        return f"{field}_too_long"
    return None if fits_bank_file(written) else f"{field}_characters"


def check_client_name(name: str) -> str | None:
    """A name that its client can be paid under: a payment order can carry it, or would with letters
    without marks in place of those that the bank's file lacks (ü as u).
    """
    return check_name(in_bank_letters(name), RECIPIENT_NAME)


def _recipient(name: str, client_kind: ClientKind) -> tuple[str, ...]:
    form, rest = _form_and_rest(_words(name))
    if client_kind is ClientKind.SOLE_TRADER and form == _SOLE_TRADER_FORM:
        return rest
    return form + rest


def _words(name: str) -> tuple[str, ...]:
    plain = compared(in_bank_letters(name)).replace("ё", "е")
    dashed = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in plain)
    return tuple(re.sub(r"[^\w+&-]", " ", dashed).split())


def _form_and_rest(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The organisational form, short, and the words without it; no form is empty."""
    for long, short in _FORM_WORDS:
        for form in (long, short):
            if words[: len(form)] == form:
                return short, words[len(form) :]
            if words[-len(form) :] == form:
                return short, words[: -len(form)]
    return (), words
