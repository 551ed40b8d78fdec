"""A policy as a page shows it: its values by groups, in words, and as a form takes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from domain.case.policy_change import Parameter, Value, ValueKind, differences, parameters_of
from domain.money import amount_text
from domain.refund.refund import RefundStatus
from starter.commands.refusal import FieldError
from starter.web.http.amounts import kopecks_in
from starter.web.http.forms import Form
from texts import Language, rubles, translate

MAX_DIGITS = 9
"""Of a number that a form brings; its own limits are narrower."""


@dataclass(frozen=True)
class ValueShown:
    """A value: its field in the form, its name, what it is in words, and as one types it."""

    field: str
    label: str
    words: str
    typed: str
    is_sum: bool
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class DifferenceShown:
    """A value that a version changes."""

    label: str
    was: str
    becomes: str


def groups_of(
    document: Mapping[str, Any], language: Language
) -> list[tuple[str, list[ValueShown]]]:
    """The values of a document under the titles of their groups."""
    by_group = groupby(parameters_of(document), key=lambda one: _group(one, document, language))
    return [(title, [_shown(one, language) for one in group]) for title, group in by_group]


def labels_of(document: Mapping[str, Any], language: Language) -> dict[str, str]:
    """The whole name of each field, for the list of errors."""
    return {field_of(one): _whole_label(one, document, language) for one in parameters_of(document)}


def differences_of(
    before: Mapping[str, Any], after: Mapping[str, Any], language: Language
) -> list[DifferenceShown]:
    """What a document changes of the one before it."""
    return [
        DifferenceShown(
            _whole_label(becomes, after, language), _words(was, language), _words(becomes, language)
        )
        for was, becomes in differences(before, after)
    ]


def values_in(
    form: Form, parameters: Iterable[Parameter], wrong: list[FieldError]
) -> dict[str, Value]:
    """The values that were typed, by pointer; what cannot be read is noted as wrong."""
    values: dict[str, Value] = {}
    for one in parameters:
        value = _typed_value(form, one, wrong)
        if value is not None:
            values[one.pointer] = value
    return values


def field_of(parameter: Parameter) -> str:
    """The name of a value's field."""
    return parameter.pointer.removeprefix("/").replace("/", ".")


def _typed_value(form: Form, parameter: Parameter, wrong: list[FieldError]) -> Value | None:
    name, typed = field_of(parameter), form.line(field_of(parameter))
    if parameter.kind is ValueKind.CHOICE:
        return typed
    if parameter.kind is ValueKind.TIMES:
        parts = [one.strip() for one in typed.split(",")] if typed else []
        if all(map(is_number, parts)):
            return [int(one) for one in parts]
        wrong.append(FieldError("policy_times_malformed", field=name))
        return None
    if parameter.kind is ValueKind.KOPECKS and typed:
        known = len(wrong)
        kopecks = kopecks_in(form, name, wrong, or_nothing=True)
        return kopecks if len(wrong) == known else None
    if is_number(typed):
        return int(typed)
    wrong.append(FieldError("policy_number_malformed", field=name))
    return None


def is_number(text: str) -> bool:
    """Whether a text is a whole number as a form takes it."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


def _shown(parameter: Parameter, language: Language) -> ValueShown:
    return ValueShown(
        field=field_of(parameter),
        label=_label(parameter, language),
        words=_words(parameter, language),
        typed=_as_typed(parameter),
        is_sum=parameter.kind is ValueKind.KOPECKS,
        choices=[
            (choice, _choice_words(parameter, choice, language)) for choice in parameter.choices
        ],
    )


def _whole_label(parameter: Parameter, document: Mapping[str, Any], language: Language) -> str:
    return f"{_group(parameter, document, language)}: {_label(parameter, language)}"


def _label(parameter: Parameter, language: Language) -> str:
    *path, name = parameter.pointer.removeprefix("/").split("/")
    if path == ["rules"]:
        return translate(f"page.policy.product.{name}", language)
    if parameter.kind is ValueKind.COUNT:
        return translate("page.policy.inquiries", language)
    return translate(f"page.policy.value.{name}", language)


def _group(parameter: Parameter, document: Mapping[str, Any], language: Language) -> str:
    """The title of a value's group; of a wait it says in which days it counts."""
    path = parameter.pointer.removeprefix("/").split("/")[:-1]
    if not path:
        return translate("page.policy.group.general", language)
    if path[0] == "reminders":
        return translate("page.policy.reminder", language, n=int(path[1]) + 1)
    if path[0] == "ladder":
        return translate("page.policy.group.ladder", language, n=int(path[1]) + 1)
    if path[0] == "answers":
        reason = translate(f"collection.reason.{path[1]}", language)
        return f"{translate('page.policy.group.answers', language)}: {reason}"
    title = (
        translate(_status_key(path[1], document), language)
        if path[0] == "waits"
        else translate(f"page.policy.group.{path[0]}", language)
    )
    row: Any = document
    for segment in path:
        row = row[segment]
    if "unit" not in row:
        return title
    unit = row["unit"]
    days = translate(f"page.policy.unit.{unit}", language)
    return f"{title} ({days})"


def _status_key(status: str, document: Mapping[str, Any]) -> str:
    """Whose status a wait is for; what refunds and disputes both have is called the same."""
    if "warranty_days" in document:
        return f"goods_return.status.{status}"
    whose = "refund" if status in frozenset(RefundStatus) else "dispute"
    return f"{whose}.staff_status.{status}"


def _words(parameter: Parameter, language: Language) -> str:
    value = parameter.value
    if isinstance(value, list):
        return ", ".join(map(str, value)) or translate("page.policy.never", language)
    if isinstance(value, str):
        return _choice_words(parameter, value, language)
    return rubles(value) if parameter.kind is ValueKind.KOPECKS else str(value)


def _as_typed(parameter: Parameter) -> str:
    value = parameter.value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int) and parameter.kind is ValueKind.KOPECKS:
        return amount_text(value)
    return str(value)


def _choice_words(parameter: Parameter, choice: str, language: Language) -> str:
    if parameter.pointer == "/printed_by":
        return translate(f"page.policy.printed_by.{choice}", language)
    return translate(f"rule.{choice}", language)
