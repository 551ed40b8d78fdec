"""Changes of the policies: which values of a document people may change, and within which limits.

What else a document says, such as whom a status waits for, is part of a release.
"""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from domain.calendar.bank_calendar import MAX_BANK_DAYS

MAX_DAYS: Final = 3_660
MAX_POLICY_KOPECKS: Final = 100_000_000_000
MAX_TIMES: Final = 10
"""Reminders of one row."""
MAX_COUNT: Final = 100
LAST_HOUR: Final = 23

Value = int | list[int] | str


class PolicyKind(StrEnum):
    """The policies that there are."""

    REFUND = "refund"
    RENEWAL = "renewal"
    RECEIPT = "receipt"
    INQUIRY = "inquiry"
    FILE = "file"
    COLLECTION = "collection"
    DISPUTE = "dispute"
    GOODS_RETURN = "goods_return"


class ValueKind(StrEnum):
    """What a value is."""

    KOPECKS = "kopecks"
    DAYS = "days"
    HOUR = "hour"
    COUNT = "count"
    TIMES = "times"
    """Days of several reminders, the earliest first."""
    CHOICE = "choice"


class ChangeOutcome(StrEnum):
    """What became of a proposal. Whoever proposed it withdraws it; another person decides."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Parameter:
    """A value of a document that people may change; `pointer` is its JSON Pointer.

    `lowest` and `highest` bound a number; `choices` are the words of a choice.
    """

    pointer: str
    kind: ValueKind
    value: Value
    lowest: int = 0
    highest: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrong:
    """A value that is refused, by the code of its text."""

    pointer: str
    code: str
    params: Mapping[str, int]


_NO_PARAMS: Final[Mapping[str, int]] = MappingProxyType({})
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "rules": ("unused_days", "undelivered", "specialist"),
        "printed_by": ("acquirer", "elsewhere"),
    }
)
"""By the first word of the pointer: what the policies of refunds and of receipts know."""
_WAIT_DAYS: Final = frozenset({"at_most", "remind_after", "escalate_after"})
_BANK_DAYS: Final = frozenset(
    {
        "after_bank_days",
        "bank_days",
        "check_bank_days",
        "claim_bank_days",
        "invoice_valid_days",
        "promise_bank_days",
    }
)
_WHOLE_DAYS: Final = frozenset({"raw_days", "unattached_days"})
_ORDERED: Final = (
    ("/automatic_limit_kopecks", "/approval_limit_kopecks"),
    ("/client_limits/automatic_kopecks", "/client_limits/approval_kopecks"),
    ("/red_days", "/yellow_days"),
    ("/acquirer_max_age_days", "/max_age_days"),
)
"""Pairs whose first value is not above the second."""


def parameters_of(document: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """What people may change in a document, what stands in no group first."""
    return tuple(sorted(_parameters("", document), key=lambda one: one.pointer.count("/") > 1))


def changed(
    document: Mapping[str, Any], changes: Mapping[str, Value]
) -> tuple[dict[str, Any], tuple[Wrong, ...]]:
    """The document with the changes, and everything that is wrong with them."""
    known = {one.pointer: one for one in parameters_of(document)}
    wrong = [
        Wrong(pointer, "policy_value_unknown", _NO_PARAMS)
        for pointer in changes
        if pointer not in known
    ]
    made = copy.deepcopy(dict(document))
    for pointer, value in changes.items():
        if pointer not in known:
            continue
        found = _problem(known[pointer], value)
        if found is None:
            _put(made, pointer, value)
        else:
            wrong.append(found)
    return made, tuple(wrong or _contradictions(made))


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[tuple[Parameter, Parameter], ...]:
    """The values that differ: as they were, and as they become."""
    earlier = {one.pointer: one for one in parameters_of(before)}
    return tuple(
        (earlier[one.pointer], one)
        for one in parameters_of(after)
        if one.pointer in earlier and earlier[one.pointer].value != one.value
    )


def _parameters(pointer: str, value: Any) -> Iterator[Parameter]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _parameters(f"{pointer}/{name}", inner)
    elif isinstance(value, list) and all(isinstance(one, Mapping) for one in value):
        for number, inner in enumerate(value):
            yield from _parameters(f"{pointer}/{number}", inner)
    elif (found := _leaf(pointer, value)) is not None:
        yield found


def _leaf(pointer: str, value: Any) -> Parameter | None:
    segments = pointer.removeprefix("/").split("/")
    name = segments[-1]
    if isinstance(value, str):
        choices = CHOICES.get(segments[0], ())
        return Parameter(pointer, ValueKind.CHOICE, value, choices=choices) if choices else None
    if isinstance(value, list):
        is_days = all(isinstance(one, int) for one in value)
        return Parameter(pointer, ValueKind.TIMES, value, 1, MAX_BANK_DAYS) if is_days else None
    if name.endswith("_kopecks"):
        return Parameter(pointer, ValueKind.KOPECKS, value, 0, MAX_POLICY_KOPECKS)
    if name.endswith("_minutes"):
        return None
    if name.endswith("_hour"):
        return Parameter(pointer, ValueKind.HOUR, value, 0, LAST_HOUR)
    if name == "at_most" and len(segments) == 1:
        return Parameter(pointer, ValueKind.COUNT, value, 1, MAX_COUNT)
    if name in _WAIT_DAYS | _BANK_DAYS:
        return Parameter(pointer, ValueKind.DAYS, value, 1, MAX_BANK_DAYS)
    lowest = 1 if name in _WHOLE_DAYS else 0
    return Parameter(pointer, ValueKind.DAYS, value, lowest, MAX_DAYS)


def _problem(parameter: Parameter, value: Value) -> Wrong | None:
    pointer, limits = parameter.pointer, {"lowest": parameter.lowest, "highest": parameter.highest}
    if parameter.kind is ValueKind.CHOICE:
        known = value in parameter.choices
        return None if known else Wrong(pointer, "policy_choice_unknown", _NO_PARAMS)
    if parameter.kind is ValueKind.TIMES:
        return _times_problem(parameter, value)
    if not isinstance(value, int) or isinstance(value, bool):
        return Wrong(pointer, "policy_number_malformed", _NO_PARAMS)
    if not parameter.lowest <= value <= parameter.highest:
        code = "policy_sum_range" if parameter.kind is ValueKind.KOPECKS else "policy_number_range"
        return Wrong(pointer, code, limits)
    return None


def _times_problem(parameter: Parameter, value: Value) -> Wrong | None:
    pointer = parameter.pointer
    if not isinstance(value, list) or not all(type(one) is int for one in value):
        return Wrong(pointer, "policy_times_malformed", _NO_PARAMS)
    if len(value) > MAX_TIMES or any(
        not parameter.lowest <= one <= parameter.highest for one in value
    ):
        limits = {"times": MAX_TIMES, "lowest": parameter.lowest, "highest": parameter.highest}
        return Wrong(pointer, "policy_times_range", limits)
    if any(later <= earlier for earlier, later in pairwise(value)):
        return Wrong(pointer, "policy_times_order", _NO_PARAMS)
    return None


def _contradictions(document: Mapping[str, Any]) -> Iterator[Wrong]:
    """Values that are right by themselves and wrong together."""
    values = {one.pointer: one.value for one in parameters_of(document)}
    for low, high in _ORDERED:
        if low in values and values[low] > values[high]:  # type: ignore[operator]
            yield Wrong(low, "policy_above_other", _NO_PARAMS)
    for pointer, at_most in values.items():
        row, _, name = pointer.rpartition("/")
        if name == "at_most" and row:
            yield from _beyond_wait(row, values, at_most)
    yield from _reminders_out_of_order(document)
    yield from _quiet_reminding(document)
    if document.get("contact_from_hour", 0) >= document.get("contact_to_hour", LAST_HOUR):
        yield Wrong("/contact_from_hour", "policy_above_other", _NO_PARAMS)


def _beyond_wait(row: str, values: Mapping[str, Value], at_most: Any) -> Iterator[Wrong]:
    """Reminders come before a wait ends, its escalation no later than it ends."""
    times = values.get(f"{row}/remind_after", [])
    if isinstance(times, list) and times and times[-1] >= at_most:
        yield Wrong(f"{row}/remind_after", "policy_reminder_late", _NO_PARAMS)
    escalated = values.get(f"{row}/escalate_after", 0)
    if isinstance(escalated, int) and escalated > at_most:
        yield Wrong(f"{row}/escalate_after", "policy_escalation_late", _NO_PARAMS)


def _reminders_out_of_order(document: Mapping[str, Any]) -> Iterator[Wrong]:
    days = [row["days_before"] for row in document.get("reminders", ())]
    for number, (earlier, later) in enumerate(pairwise(days), start=1):
        if later >= earlier:
            yield Wrong(f"/reminders/{number}/days_before", "policy_reminders_order", _NO_PARAMS)


def _quiet_reminding(document: Mapping[str, Any]) -> Iterator[Wrong]:
    if "remind_at_hour" not in document:
        return
    hour, begins, ends = (
        document[name] for name in ("remind_at_hour", "quiet_from_hour", "quiet_to_hour")
    )
    is_quiet = begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
    if is_quiet:
        yield Wrong("/remind_at_hour", "policy_hour_quiet", _NO_PARAMS)


def _put(document: dict[str, Any], pointer: str, value: Value) -> None:
    *path, name = pointer.removeprefix("/").split("/")
    inner: Any = document
    for segment in path:
        inner = inner[int(segment)] if isinstance(inner, list) else inner[segment]
    inner[name] = value
