"""The key rate read from a file, and what its import would change."""

import csv
import hashlib
import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.compensation.key_rate import ONE_DAY, KeyRate, RateNotCovered, RatePeriod

MAX_RATE_FILE_BYTES = 64 * 1024
MAX_RATES = 1_000
MAX_RATE_BP = 10_000
"""A hundred percent a year: more is a slip of the pen."""
MAX_COVER_AHEAD = timedelta(days=92)
"""How far after the day of the import a rate may be held for known."""
MAX_DETAIL_LENGTH = 40
HEADER = ["from", "rate_percent"]


class RateFileError(ValueError):
    """A file of rates that is refused as a whole; `line` None where the error is of all of it."""

    def __init__(self, line: int | None, code: str, detail: str = "") -> None:
        super().__init__(line, code, detail[:MAX_DETAIL_LENGTH])
        self.line = line
        self.code = code
        self.detail = detail[:MAX_DETAIL_LENGTH]


@dataclass(frozen=True)
class RateDifference:
    """Days whose rate changes, in hundredths of a percent; None where it is not known."""

    first: date
    last: date
    was_bp: int | None
    becomes_bp: int | None


def parse_rates(content: bytes, covered_until: date, today: date) -> KeyRate:
    """Reads lines `from,rate_percent`; the last rate holds until `covered_until`, which whoever
    imports the file confirms.

    Raises `RateFileError` on any defect.
    """
    if len(content) > MAX_RATE_FILE_BYTES:
        raise RateFileError(None, "file_too_large", str(len(content)))
    rates = list(_rates(content))
    if not rates:
        raise RateFileError(None, "rate_rows_missing")
    if covered_until < rates[-1][0]:
        raise RateFileError(None, "rate_cover_before_last", covered_until.isoformat())
    if covered_until > today + MAX_COVER_AHEAD:
        raise RateFileError(None, "rate_cover_too_far", covered_until.isoformat())
    ends = [*(first - ONE_DAY for first, _ in rates[1:]), covered_until]
    periods = zip(rates, ends, strict=True)
    return KeyRate([RatePeriod(first, last, rate_bp) for (first, rate_bp), last in periods])


def rate_differences(known: KeyRate, read: KeyRate) -> tuple[RateDifference, ...]:
    """The days whose rate an import changes, in stretches."""
    edges = sorted({edge for one in (*known.periods, *read.periods) for edge in _edges_of(one)})
    found = list[RateDifference]()
    for first, following in itertools.pairwise(edges):
        was, becomes = _rate_on(known, first), _rate_on(read, first)
        if was != becomes:
            found.append(RateDifference(first, following - ONE_DAY, was, becomes))
    return tuple(found)


def digest_of(read: KeyRate, found: tuple[RateDifference, ...]) -> str:
    """Identifies what was shown to a person: the file's rates, and what they would change."""
    listed = [[str(one.first), str(one.last), one.rate_bp] for one in read.periods]
    changed = [[str(one.first), str(one.last), one.was_bp, one.becomes_bp] for one in found]
    return hashlib.sha256(json.dumps([listed, changed]).encode()).hexdigest()


def _edges_of(period: RatePeriod) -> tuple[date, date]:
    return period.first, period.last + ONE_DAY


def _rate_on(key_rate: KeyRate, day: date) -> int | None:
    try:
        return key_rate.on(day).rate_bp
    except RateNotCovered:
        return None


def _rates(content: bytes) -> Iterator[tuple[date, int]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RateFileError(None, "rate_file_encoding") from error
    lines = csv.reader(io.StringIO(text, newline=""))
    if next(lines, None) != HEADER:
        raise RateFileError(1, "rate_header_unknown")
    before = date.min
    for number, values in enumerate(lines, start=2):
        if number > MAX_RATES + 1:
            raise RateFileError(number, "rate_rows_too_many")
        if len(values) != len(HEADER):
            raise RateFileError(number, "rate_line_malformed", ",".join(values))
        first = _day(number, values[0])
        if first <= before:
            raise RateFileError(number, "rate_days_not_ascending", values[0])
        before = first
        yield first, _rate_bp(number, values[1])


def _day(line: int, text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        raise RateFileError(line, "rate_day_malformed", text)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RateFileError(line, "rate_day_malformed", text) from error


def _rate_bp(line: int, text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?", text)
    if match is None:
        raise RateFileError(line, "rate_malformed", text)
    rate_bp = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    if not 0 < rate_bp <= MAX_RATE_BP:
        raise RateFileError(line, "rate_malformed", text)
    return rate_bp
