"""Compares names of organisations and people regardless of how they are spelled."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import chain, islice, product
from typing import Final

from domain.billing.bank_text import in_bank_letters
from domain.billing.legal_forms import FORMS, KINDS
from domain.text import compared

Words = tuple[str, ...]

MAX_READINGS: Final = 64
"""The most expansions of one name that are compared; real names have one or two."""

_SOLE_TRADER: Final = ("индивидуальный", "предприниматель")


def _long_ones(names: Mapping[str, list[str]]) -> dict[Words, tuple[Words, ...]]:
    return {
        tuple(short.split()): tuple(tuple(one.split()) for one in long)
        for short, long in names.items()
    }


_LONG: Final = {**_long_ones(KINDS), **_long_ones(FORMS)}
_LONGEST_SHORT: Final = max(map(len, _LONG))
_FORMS: Final = frozenset(chain.from_iterable(_long_ones(FORMS).values()))
_LONGEST_FORM: Final = max(map(len, _FORMS))


def readings(name: str, *, form_is_said: bool) -> frozenset[Words]:
    """Every expansion of a name: its form first, every abbreviation written out.

    An abbreviation may stand for several names (ТК is торговая or транспортная компания). Two
    spellings are one name where they have an expansion in common, so two different long names never
    are. `form_is_said`: the account itself shows that its owner is a sole trader, so «ИП» may be
    left out.
    """
    ways = islice(product(*_parts(_words(name))), MAX_READINGS)
    return frozenset(_form_first(tuple(chain(*way)), form_is_said) for way in ways)


def _form_first(words: Words, form_is_said: bool) -> Words:
    form, rest = _form_and_rest(words)
    return rest if form_is_said and form == _SOLE_TRADER else form + rest


def _words(name: str) -> Words:
    plain = compared(in_bank_letters(name.replace("№", " № "))).replace("ё", "е")
    dashed = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in plain)
    return tuple(re.sub(r"[^\w+&-]", " ", dashed).split())


def _parts(words: Words) -> list[tuple[Words, ...]]:
    """The words, each abbreviation among them as all that it can stand for."""
    found: list[tuple[Words, ...]] = []
    place = 0
    while place < len(words):
        longest = min(_LONGEST_SHORT, len(words) - place)
        tried = [words[place : place + length] for length in range(longest, 0, -1)]
        short = next((one for one in tried if one in _LONG), tried[-1])
        found.append(_LONG.get(short, (short,)))
        place += len(short)
    return found


def _form_and_rest(words: Words) -> tuple[Words, Words]:
    """The organisational form, empty where there is none, and the other words."""
    for length in range(min(_LONGEST_FORM, len(words)), 0, -1):
        if words[:length] in _FORMS:
            return words[:length], words[length:]
        if words[-length:] in _FORMS:
            return words[-length:], words[:-length]
    return (), words
