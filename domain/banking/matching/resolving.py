"""Which invoices a purpose names, and how surely."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from domain.banking.matching.facts import WEIGHTS, Evidence, OpenInvoice
from domain.banking.matching.numbers import (
    MIN_SLIP_DIGITS,
    MIN_TELLING,
    NumberParts,
    is_slip,
    key_of,
    parts_of,
    year_and_tail,
)
from domain.banking.matching.reading import Announced, Span, Start, digit_places, start_at
from domain.banking.matching.wording import Word

SURE: Final = Evidence.NUMBER
"""The evidence of a complete number; `NUMBER_PART` and `NUMBER_SLIP` are weaker."""


@dataclass(frozen=True)
class Mention:
    """A number in the text and the invoices that it may mean equally well; or none.

    A `weak` one has only a «№» before it, and may be a school's.
    """

    evidence: Evidence
    invoices: tuple[OpenInvoice, ...]
    weak: bool


@dataclass(frozen=True)
class _Hit:
    evidence: Evidence
    span: Span
    invoices: tuple[OpenInvoice, ...]

    @property
    def rank(self) -> tuple[int, int]:
        return (WEIGHTS[self.evidence], len(self.span.digits))


def mentions_in(
    words: Sequence[Word], invoices: Sequence[OpenInvoice], passed_over: frozenset[str]
) -> tuple[Mention, ...]:
    """Every number of the text in order; digits of `passed_over` are none unless they claim it."""
    by_key = _by_key(invoices)
    mentions: list[Mention] = []
    before: int | None = None
    for place in digit_places(words):
        if before is not None and place <= before:
            continue
        start = start_at(words, place, before)
        if start is None or (words[place].text in passed_over and not start.claims):
            before = None
            continue
        hit = _best_hit(start, by_key, invoices, _series(mentions, before))
        if hit is not None:
            mentions.append(Mention(hit.evidence, hit.invoices, weak=False))
            before = hit.span.last
        elif start.claims or start.announced:
            mentions.append(Mention(SURE, (), weak=not start.claims))
            before = _end_of_unknown(start)
    return tuple(mentions)


def _by_key(invoices: Sequence[OpenInvoice]) -> Mapping[str, list[OpenInvoice]]:
    by_key: defaultdict[str, list[OpenInvoice]] = defaultdict(list)
    for invoice in invoices:
        by_key[key_of(invoice.number)].append(invoice)
    return by_key


def _series(mentions: Sequence[Mention], before: int | None) -> frozenset[tuple[str, str]]:
    """Letters and years of the preceding number in a list, which the following ones leave out."""
    if before is None or not mentions:
        return frozenset()
    parts = (parts_of(invoice.number) for invoice in mentions[-1].invoices)
    return frozenset((one.letters, one.year) for one in parts)


def _end_of_unknown(start: Start) -> int:
    """An unknown number ends where its groups are no longer adjacent."""
    whole = [one.last for one in start.spans if not one.split and one.is_by_year]
    return max(whole, default=start.spans[-1].last)


def _best_hit(
    start: Start,
    by_key: Mapping[str, list[OpenInvoice]],
    invoices: Sequence[OpenInvoice],
    series: frozenset[tuple[str, str]],
) -> _Hit | None:
    """The surest reading, the longest of equally sure ones."""
    hits = [hit for one in start.spans for hit in _hits(one, by_key, start)]
    best = max(hits, key=lambda hit: hit.rank, default=None)
    if best is None:
        slips = (hit for one in start.spans if (hit := _slips(one, invoices)) is not None)
        return max(slips, key=lambda hit: hit.rank, default=None) if start.claims else None
    return _within(best, series)


def _within(hit: _Hit, series: frozenset[tuple[str, str]]) -> _Hit:
    """A partial number in a list is of the series of the number before, where there is one."""
    if hit.evidence is not Evidence.NUMBER_PART:
        return hit
    numbered = [(invoice, parts_of(invoice.number)) for invoice in hit.invoices]
    kept = tuple(invoice for invoice, parts in numbered if (parts.letters, parts.year) in series)
    return _Hit(hit.evidence, hit.span, kept) if kept else hit


def _hits(span: Span, by_key: Mapping[str, list[OpenInvoice]], start: Start) -> Iterator[_Hit]:
    found: defaultdict[Evidence, list[OpenInvoice]] = defaultdict(list)
    for invoice in by_key.get(key_of(span.digits), ()):
        evidence = _evidence(span, parts_of(invoice.number))
        if evidence is not None:
            found[evidence].append(invoice)
    for evidence, invoices in found.items():
        if evidence is SURE or start.claims or start.announced is not Announced.NOT:
            yield _Hit(evidence, span, tuple(invoices))


def _evidence(span: Span, parts: NumberParts) -> Evidence | None:
    """How well a sequence with the invoice's key agrees with its number; None when they differ."""
    if span.canon == parts.canon:
        return SURE if len(parts.canon) >= MIN_TELLING else Evidence.NUMBER_PART
    if span.with_letters:
        return None
    year, tail = year_and_tail(span.digits)
    if parts.year and year:
        return _evidence_by_year(span, parts, tail) if year == parts.year else None
    return Evidence.NUMBER_PART if span.letters in ("", parts.letters) else None


def _evidence_by_year(span: Span, parts: NumberParts, tail: str) -> Evidence | None:
    """A tail may be without all its leading zeros; one without only some of them is a slip."""
    if span.letters != parts.letters:
        return None if span.letters else Evidence.NUMBER_PART
    zeros_fit = len(tail) == len(parts.tail) or not tail.startswith("0")
    return SURE if zeros_fit else None


def _slips(span: Span, invoices: Sequence[OpenInvoice]) -> _Hit | None:
    """Every invoice whose number is one slip away: two of them make each other doubtful."""
    if span.with_letters or len(span.digits) < MIN_SLIP_DIGITS:
        return None
    near = tuple(one for one in invoices if _is_near(span, parts_of(one.number)))
    return _Hit(Evidence.NUMBER_SLIP, span, near) if near else None


def _is_near(span: Span, parts: NumberParts) -> bool:
    """Lost zeros are one slip, and so is one letter of the prefix; two slips are too many."""
    is_same = _is_same_but_zeros(span, parts)
    if span.letters not in ("", parts.letters):
        return is_same and is_slip(span.letters, parts.letters)
    return is_same or any(is_slip(span.digits, spelling) for spelling in parts.spellings)


def _is_same_but_zeros(span: Span, parts: NumberParts) -> bool:
    year, tail = year_and_tail(span.digits)
    return year == parts.year and tail.lstrip("0") == parts.tail.lstrip("0")
