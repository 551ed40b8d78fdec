"""Splits a purpose into words, digits and gaps, and excludes digits that are no invoice numbers.

Budget codes, dates, sums, VAT, INN, KPP, accounts, telephones, contracts, orders, tariffs and
counted things become a `BREAK`, which no number spans.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from domain.text import compared

MAX_PURPOSE: Final = 1_000
"""Characters of a purpose that are read; a payment order has 210."""
MAX_WORDS: Final = 300
NUMBER_SIGN: Final = "#"
BREAK: Final = "|"

_SUM: Final = r"(?:[0-9]{1,3}(?:[ '][0-9]{3})+|[0-9]{1,12})"
_KOPECKS: Final = r"(?:[.,=-][0-9]{2})?(?![0-9])"
_MONTH: Final = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]*\.?"
_PUNCTUATION: Final = r"[^0-9a-zа-я|#]"
_BEGIN: Final = r"(?<![0-9a-zа-я])"

# A state institution's purpose begins with its account at the treasury and budget codes, mostly in
# brackets: «(20736Ц12345, 244 0702 0000000000 226) Оплата по счету …».
_TREASURY_ACCOUNT: Final = rf"{_BEGIN}[0-9]{{5}}[a-zа-я][0-9]{{5}}(?![0-9a-zа-я])"
_BUDGET_CODE: Final = (
    rf"(?:{_TREASURY_ACCOUNT}|(?<![0-9])[0-9]{{4}}[ .-]?[0-9]{{10}}(?![0-9])"
    r"|(?<![0-9])[0-9]{17,20}(?![0-9])|кбк|квр|косгу|л/сч?)"
)
_NAMES_INVOICE: Final = rf"(?:#|{_BEGIN}(?:сч(?![а-яa-z])|сч[её]т|инв|inv|kp|кр|кп|kр))"
_BUDGET: Final = (
    rf"^(?:\s*\(+(?=[^()]*{_BUDGET_CODE})(?![^()]*{_NAMES_INVOICE})[^()]*\)+)+",
    rf"{_TREASURY_ACCOUNT}(?:[ .,;/-]{{1,3}}(?!20[0-9]{{2}}[-/])[0-9]{{2,20}}(?![0-9a-zа-я]))*",
)
_ACCOUNTS: Final = (
    (
        rf"{_BEGIN}(?:инн|кпп|бик|огрн(?:ип)?|окпо|октмо|снилс|кбк|уин|уип|inn|kpp)(?:/(?:инн|кпп))?"
        rf"(?:{_PUNCTUATION}|#){{0,4}}[0-9]{{5,}}(?:\s*[/\\,;]\s*[0-9]{{9}}(?![0-9]))?"
    ),
    (
        rf"{_BEGIN}(?:[рлк]/?сч?|[рлк]/счет[а-я]*|(?:расчетн|лицев|текущ|банковск)[а-я]*\s+сч[а-я]*)"
        r"(?:[^0-9a-zа-я|]){0,4}[0-9][0-9 ]{3,}"
    ),
    r"(?<![0-9])[0-9]{20,}",
    rf"{_BEGIN}(?:тел|факс|моб)[а-я]*{_PUNCTUATION}{{0,4}}[0-9][0-9() -]{{4,}}[0-9]",
    r"(?<![0-9])\+?[78][ (-]*[0-9]{3}[) -]+[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}(?![0-9])",
)
_DATES: Final = (
    (
        r"(?<![0-9])(?<![0-9][.-])(?:0?[1-9]|[12][0-9]|3[01])([./-])(?:0?[1-9]|1[0-2])\1"
        r"(?:20)?[0-9]{2}(?![0-9])(?:\s*г(?:од[а-я]*)?(?![а-я])\.?)?"
    ),
    r"(?<![0-9])20[0-9]{2}([./-])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",
    (
        rf"(?<![0-9])(?:0?[1-9]|[12][0-9]|3[01])[\s\"»]*{_MONTH}(?![а-я])"
        r"(?:\s*20[0-9]{2}(?![0-9]))?(?:\s*г(?:од[а-я]*)?(?![а-я])\.?)?"
    ),
    rf"{_BEGIN}{_MONTH}\s*20[0-9]{{2}}(?![0-9])",
    rf"{_BEGIN}от\s+[0-9]{{1,2}}[./][0-9]{{1,2}}(?![0-9])",
    r"(?<![0-9./-])(?:0[1-9]|1[0-2])[./]20[0-9]{2}(?![0-9/-])",
    r"(?<![0-9a-zа-я./-])20[0-9]{2} ?[/-] ?20[0-9]{2}(?![0-9/-])",
    r"(?<![0-9-])20[0-9]{2}\s*г(?:од[а-я]*)?(?![а-я])\.?",
    r"(?<![0-9])[0-9]{1,2}:[0-9]{2}(?![0-9])",
)
_SUMS: Final = (
    (
        rf"(?:сумм[а-я]*|ндс|итого|всего|стоимост[а-я]*|размере){_PUNCTUATION}{{0,4}}"
        rf"(?:\(?[0-9]{{1,2}}(?:/[0-9]{{2,3}})?\s*%\)?)?{_PUNCTUATION}{{0,5}}{_SUM}{_KOPECKS}"
    ),
    r"(?<![0-9])[0-9]+(?:[.,][0-9]+)?\s*%",
    rf"(?<![0-9]){_SUM}(?:[.,=-][0-9]{{2}})?\s*(?:руб|rub|₽|коп|тыс|р\.|р(?![а-яa-z0-9/]))[а-я]*",
    rf"(?<![0-9./-]){_SUM}[.,=][0-9]{{2}}(?![0-9])(?![.,/-][0-9])",
)
_BEFORE_CODE: Final = r"[ .:#\"'«»_-]{0,4}"


def _papers(kinds: str) -> str:
    """A paper of one of these kinds with its code."""
    return (
        rf"{_BEGIN}(?<!сч-)(?<!счет-)(?<!счета-)(?<!счету-)(?:{kinds})(?![а-я])"
        rf"(?:\s*от\s*\|)?{_BEFORE_CODE}(?:n|no|ном[а-я]*)?{_BEFORE_CODE}"
        r"(?=[^\s,;|()]*[0-9])[^\s,;|()]+"
    )


_ORDER: Final = _papers(r"заказ[а-я]*")
"""Our pages call an invoice an order; a payer's own orders have numbers too."""
_PAPERS: Final = (
    _papers(
        r"договор[а-я]*|дог|контракт[а-я]*|соглашени[а-я]*|оферт[а-я]*"
        r"|акт[а-я]{0,3}|накладн[а-я]*|упд|сч[а-я]*[- ]*фактур[а-я]*|с/?ф|спецификаци[а-я]*"
        r"|заявк[а-я]*|доверенност[а-я]*|п/?п|поручени[а-я]*|приложени[а-я]*|id"
    ),
    rf"{_BEGIN}(?:тариф|лицензи|подписк)[а-я]*{_BEFORE_CODE}[0-9]{{1,6}}(?! ?[0-9/_-])",
    (
        rf"{_BEGIN}(?:дом|д|кв|корп|стр|офис|оф|пом|школ[а-я]*|сад[а-я]*|отд[а-я]*|филиал[а-я]*"
        r"|магазин[а-я]*|склад[а-я]*|участ[а-я]*|больниц[а-я]*)\.?\s*#?\s*[0-9]+(?![0-9])"
    ),
)
_COUNTED: Final = (
    (
        r"(?<![0-9./-])[0-9]{1,6}\s*-?\s*(?:мес|год|лет|шт|польз|лиценз|рабоч|дн|ден|час|кварт|чел"
        r"|мест|экз|устройств|компьют)[а-я]*"
    ),
    r"(?<![0-9./-])[0-9]{1,6}\s*(?:кв|ед|пк)(?![а-яa-z0-9])",
    r"(?<![0-9./-])[0-9]{1,2}-?(?:й|ый|ой|ий|е|го|ом|я|ая)(?![а-я])",
)
_BEFORE_ORDERS: Final = tuple(map(re.compile, (*_BUDGET, *_ACCOUNTS, *_DATES, *_SUMS)))
_AFTER_ORDERS: Final = tuple(map(re.compile, (*_PAPERS, *_COUNTED)))
_EXCLUDED: Final = (*_BEFORE_ORDERS, re.compile(_ORDER), *_AFTER_ORDERS)
"""Patterns of digits that are no invoice number, tried in this order: dates before sums, because
05.11.26 contains 05.11.
"""
_EXCLUDED_BUT_ORDERS: Final = (*_BEFORE_ORDERS, *_AFTER_ORDERS)

_LETTER_O: Final = re.compile(r"(?<![a-zа-я])[oо]+(?=[0-9])|(?<=[0-9])[oо]+(?![a-zа-я])")
_WORD: Final = re.compile(r"[0-9]+|[a-zа-я]+|#")


@dataclass(frozen=True)
class Word:
    """Letters, digits or the number sign; `gap` is what separates it from the word before."""

    text: str
    gap: str

    @property
    def is_digits(self) -> bool:
        """Whether it is a group of digits."""
        return "0" <= self.text[0] <= "9"


def names_order(purpose: str) -> bool:
    """Whether a purpose names an order by a number."""
    return re.search(_ORDER, plain(purpose)) is not None


def words_of(purpose: str, *, with_orders: bool = False) -> tuple[Word, ...]:
    """The purpose's words in order, at most `MAX_WORDS` of its first `MAX_PURPOSE` characters;
    `with_orders`: with the numbers of orders.
    """
    text = plain(purpose)
    for pattern in _EXCLUDED_BUT_ORDERS if with_orders else _EXCLUDED:
        text = pattern.sub(f" {BREAK} ", text)
    words, end = [], 0
    for found in _WORD.finditer(text):
        words.append(Word(found.group(), text[end : found.start()]))
        end = found.end()
    return tuple(words[:MAX_WORDS])


def plain(text: str) -> str:
    """Lower case, one kind of dash and space, «№» as `NUMBER_SIGN`, a letter O in digits as 0."""
    signed = text[:MAX_PURPOSE].replace("№", f" {NUMBER_SIGN} ").replace(BREAK, " ")
    folded = compared(signed).replace("ё", "е")
    dashed = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in folded)
    return _LETTER_O.sub(
        lambda found: "0" * len(found.group()), " ".join(dashed[:MAX_PURPOSE].split())
    )
