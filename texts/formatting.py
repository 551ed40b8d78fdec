"""Sums, dates and moments as Russians read them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date
from num2words import num2words

from domain.calendar.bank_calendar import MOSCOW
from texts.catalogue import Language

RUSSIAN = Locale("ru", "RU")
# Read at import, which loads the locale: Babel loads it lazily by an import that the sandbox of a
# Temporal workflow refuses.
_SUM = RUSSIAN.currency_formats["standard"]

_MOSCOW_TIME: Mapping[Language, str] = {"ru": "МСК", "en": "MSK"}
_ROUBLE_FORMS = ("рубль", "рубля", "рублей")
_KOPECK_FORMS = ("копейка", "копейки", "копеек")


def rubles(kopecks: int) -> str:
    """«1 234 567,50 ₽» with unbreakable spaces, so that a line never ends inside a sum."""
    return str(_SUM.apply(Decimal(kopecks).scaleb(-2), RUSSIAN, currency="RUB"))


def rubles_in_words(kopecks: int) -> str:
    """«Девять тысяч … рубля 55 копеек»: roubles in words, kopecks in two digits.

    Raises ValueError for a negative sum, which no document has.
    """
    if kopecks < 0:
        raise ValueError("a sum in words is never negative")
    whole, rest = divmod(kopecks, 100)
    words = num2words(whole, lang="ru")
    text = f"{words} {_form(whole, _ROUBLE_FORMS)} {rest:02d} {_form(rest, _KOPECK_FORMS)}"
    return text[0].upper() + text[1:]


def number(n: int) -> str:
    """«1 234 567» with unbreakable spaces."""
    return f"{n:,}".replace(",", "\u00a0")


def hours(seconds: float) -> str:
    """«1 234,5»: seconds as hours, to a tenth."""
    tenths = round(seconds / 360)
    return f"{number(tenths // 10)},{tenths % 10}"


def percent(rate_bp: int) -> str:
    """«14,25»: hundredths of a percent as a percentage."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",") if rest else str(whole)


def day(date_: date) -> str:
    """«14.05.2026»."""
    return f"{date_:%d.%m.%Y}"


def day_in_words(date_: date) -> str:
    """«14 мая 2026 г.»."""
    return format_date(date_, "d MMMM y 'г.'", locale=RUSSIAN)


def moment(instant: datetime, language: Language = "ru") -> str:
    """«14.05.2026 15:30 (МСК)» for an instant in any zone. Raises ValueError without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone could be any of them")
    return f"{instant.astimezone(MOSCOW):%d.%m.%Y %H:%M} ({_MOSCOW_TIME[language]})"


def deadline(instant: datetime, language: Language = "ru") -> str:
    """A moment as the end of a wait: «27.11.2026 24:00 (МСК)», since few would read «28.11.2026
    00:00» as the end of the 27th.
    """
    last_minute = instant.astimezone(MOSCOW) - timedelta(minutes=1)
    if instant.astimezone(MOSCOW).time() == time.min:
        return f"{day(last_minute.date())} 24:00 ({_MOSCOW_TIME[language]})"
    return moment(instant, language)


def _form(n: int, forms: tuple[str, str, str]) -> str:
    one, few, many = forms
    if n % 10 == 1 and n % 100 != 11:
        return one
    if n % 10 in {2, 3, 4} and n % 100 not in {12, 13, 14}:
        return few
    return many
