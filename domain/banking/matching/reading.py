"""Finds where a purpose may name an invoice: sequences of words that could be one number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from domain.banking.matching.numbers import canon, folded, key_of, year_and_tail
from domain.banking.matching.wording import NUMBER_SIGN, Word, names_order, words_of
from domain.billing.requisites import COMPANY_INN_LENGTH, check_inn

MAX_KEYS: Final = 24
MAX_KEY_DIGITS: Final = 20
MAX_GROUPS: Final = 4
"""The most groups of digits that one number may be split into."""
MAX_PREFIX: Final = 6
MAX_LEAD: Final = 3
"""The most words between «счёт» and a number."""
MIN_BY_YEAR: Final = 7
"""The fewest digits of a number that begins with a year and has no word before it."""
MAX_BARE: Final = 8
"""A longer number without a word before it and without a year is a KPP, BIC, INN or telephone."""
OWN_PREFIX: Final = folded("kp")

_INVOICE_WORD: Final = re.compile(
    r"сч|счет(?:а|у|е|ом|ам|ов|ами|ах)?|инв|инвойс[а-я]*|invoice|inv|schet|sch|bill"
)
_NUMBER_WORD: Final = re.compile(rf"{NUMBER_SIGN}|n|no|nr|num|номер[а-я]*")
_BESIDE: Final = re.compile(r"[ .:_/()«»\"'-]{0,5}")
_SOFT: Final = re.compile(r" ?[-/_.]? ?")
_TIGHT: Final = re.compile(r"[-/_]?")
_LIST_SIGN: Final = re.compile(r" ?[,;/&+-] ?")
_AND: Final = frozenset({"и", "and"})


class Announced(IntEnum):
    """How clearly the words before say that a number follows."""

    NOT = 0
    BY_SIGN = 1
    BY_WORD = 2


@dataclass(frozen=True)
class Span:
    """Words that could be one number, up to the place `last`.

    `letters` are those in front of the digits, folded. A `split` one has a bare space among its
    digits; one `with_letters` has letters among or behind them.
    """

    last: int
    letters: str
    digits: str
    canon: str
    split: bool
    with_letters: bool

    @property
    def is_by_year(self) -> bool:
        """Whether it looks like 2026-000123 or 2026000123."""
        year, _ = year_and_tail(self.digits)
        return bool(year) and len(self.digits) >= MIN_BY_YEAR and not self.split


@dataclass(frozen=True)
class Start:
    """A place where a number begins, and every way to continue from there, the longest first.

    `claims` is whether it is certainly meant as an invoice's number, known or not.
    """

    announced: Announced
    claims: bool
    spans: tuple[Span, ...]


def keys_in(purpose: str) -> frozenset[str]:
    """The matching keys (`key_of`) of all numbers that a purpose may name; the first `MAX_KEYS`.
    Those of orders come last.
    """
    keys = _keys_of(words_of(purpose))
    if names_order(purpose):
        keys |= _keys_of(words_of(purpose, with_orders=True))
    short = [key for key in keys if len(key) <= MAX_KEY_DIGITS]
    return frozenset(short[:MAX_KEYS])


def _keys_of(words: Sequence[Word]) -> dict[str, None]:
    keys: dict[str, None] = {}
    before: int | None = None
    reach = -1
    for place in digit_places(words):
        start = start_at(words, place, before)
        before = place if start is not None or place <= reach else None
        for span in () if start is None else start.spans:
            keys[key_of(span.digits)] = None
            reach = max(reach, span.last)
    return keys


def digit_places(words: Sequence[Word]) -> Iterator[int]:
    """The positions of the groups of digits, in order."""
    return (place for place, word in enumerate(words) if word.is_digits)


def start_at(words: Sequence[Word], place: int, before: int | None) -> Start | None:
    """The number that begins at a group of digits; None where none does.

    `before` is the last position of a number that this one may follow in a list.
    """
    announced = _announced(words, place)
    listed = before is not None and is_listed(words, before, place)
    follows = before is not None and (listed or _follows(words, before, place))
    spans = _without_bare_year(tuple(_spans(words, place)))
    own_prefix = any(one.letters == OWN_PREFIX for one in spans)
    if not announced and not own_prefix and not listed:
        if _is_registration(words[place].text):
            return None
        if not follows:
            spans = tuple(one for one in spans if one.is_by_year or one.letters)
    if not spans:
        return None
    by_year = any(one.is_by_year for one in spans)
    claims = announced is Announced.BY_WORD or own_prefix or by_year or listed
    return Start(announced, claims, spans)


def is_listed(words: Sequence[Word], before: int, place: int) -> bool:
    """Whether a list continues from one position to another: «117, 118 и № 121»."""
    between = words[before + 1 : place]
    names = [word.text for word in between if not _NUMBER_WORD.fullmatch(word.text)]
    gaps = [word.gap for word in (*between, words[place])]
    if names and (len(names) > 1 or names[0] not in _AND):
        return False
    signs = [gap for gap in gaps if gap.strip()]
    if len(signs) > 1 or not all(_LIST_SIGN.fullmatch(gap) for gap in signs):
        return False
    return bool(names or signs)


def _follows(words: Sequence[Word], before: int, place: int) -> bool:
    return place == before + 1 and words[place].gap == " "


def _is_registration(digits: str) -> bool:
    if len(digits) <= MAX_BARE:
        return False
    year, _ = year_and_tail(digits)
    return not year or len(digits) > COMPANY_INN_LENGTH or check_inn(digits) is None


def _announced(words: Sequence[Word], place: int) -> Announced:
    """Looks back over a prefix and number signs for the word «счёт»."""
    level = Announced.NOT
    for back in range(1, MAX_LEAD + 1):
        if place < back or not _BESIDE.fullmatch(words[place - back + 1].gap):
            break
        word = words[place - back]
        if _INVOICE_WORD.fullmatch(word.text):
            return Announced.BY_WORD
        if _NUMBER_WORD.fullmatch(word.text):
            level = Announced.BY_SIGN
        elif back > 1 or word.is_digits or len(word.text) > MAX_PREFIX:
            break
    return level


def _spans(words: Sequence[Word], place: int) -> Iterator[Span]:
    for last in reversed(_ends(words, place)):
        for first in _beginnings(words, place):
            yield _span(words, first, place, last)


def _without_bare_year(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The year alone is no number where more digits follow it."""
    longer = tuple(one for one in spans if year_and_tail(one.digits + "0")[1] != "0")
    return longer or spans


def _span(words: Sequence[Word], first: int, place: int, last: int) -> Span:
    inside = words[place : last + 1]
    letters = "".join(word.text for word in words[first:place])
    return Span(
        last=last,
        letters=folded(letters),
        digits="".join(word.text for word in inside if word.is_digits),
        canon=canon(letters + "".join(word.text for word in inside)),
        split=any(word.gap == " " for word in inside[1:]),
        with_letters=not all(word.is_digits for word in inside),
    )


def _beginnings(words: Sequence[Word], place: int) -> Iterator[int]:
    """With the prefix in front, and without it unless it clings to the digits as no «сч» does."""
    if place == 0:
        yield place
        return
    gap, word = words[place].gap, words[place - 1]
    is_word = not word.is_digits and word.text != NUMBER_SIGN and len(word.text) <= MAX_PREFIX
    if is_word and _SOFT.fullmatch(gap):
        yield place - 1
    announces = _INVOICE_WORD.fullmatch(word.text) or _NUMBER_WORD.fullmatch(word.text)
    if not is_word or announces or not _TIGHT.fullmatch(gap):
        yield place


def _ends(words: Sequence[Word], place: int) -> list[int]:
    """Where a number that begins here may end: after any of its groups of digits, or letters."""
    ends = [place]
    for last in range(place + 1, len(words)):
        word = words[last]
        if word.is_digits:
            joined = _SOFT.fullmatch(word.gap)
        else:
            joined = _TIGHT.fullmatch(word.gap) if len(word.text) <= MAX_PREFIX else None
        if joined is None or len(ends) == MAX_GROUPS:
            break
        ends.append(last)
    return ends
