"""What of a department is wrong, and who answers for it."""

from dataclasses import replace
from datetime import time

import pytest

from domain.ticket.department import MAX_STAFF, Department, may_answer, wrong_in

GOOD = Department(
    name_ru="Возвраты",
    name_en="Refunds",
    is_offered=True,
    opens_at=time(9),
    closes_at=time(18),
    lunch_from=time(13),
    lunch_to=time(14),
    first_answer_minutes=240,
    solution_minutes=1440,
    remind_after_days=3,
    resolve_after_days=7,
    reopen_days=3,
    text_limit=10_000,
    files_limit=5,
    file_mebibytes=20,
    client_archives=True,
    mail_address="refunds@kopeyka.example",
    staff=("petrova",),
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"lunch_from": None, "lunch_to": None},
        {"files_limit": 0},
        {"mail_address": None, "staff": ()},
        {"first_answer_minutes": 1440},
        {"remind_after_days": 6},
        {"text_limit": 255, "file_mebibytes": 1},
    ],
)
def test_what_holds_together_is_taken(changes: dict[str, object]) -> None:
    assert wrong_in(replace(GOOD, **changes)) == []  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name_ru": ""}, "name_ru", "field_missing"),
        ({"closes_at": time(9)}, "closes_at", "department_hours"),
        ({"lunch_to": None}, "closes_at", "department_hours"),
        ({"lunch_to": time(18)}, "closes_at", "department_hours"),
        ({"first_answer_minutes": 0}, "first_answer_minutes", "policy_number_range"),
        ({"first_answer_minutes": 1441}, "solution_minutes", "department_solution_first"),
        ({"remind_after_days": 7}, "resolve_after_days", "department_reminded_late"),
        ({"text_limit": 254}, "text_limit", "policy_number_range"),
        ({"files_limit": 6}, "files_limit", "policy_number_range"),
        ({"file_mebibytes": 21}, "file_mebibytes", "policy_number_range"),
        ({"mail_address": "nobody"}, "mail_address", "email_format"),
        ({"staff": ("x",) * (MAX_STAFF + 1)}, "staff", "department_staff_too_many"),
        ({"staff": ("x" * 255,)}, "staff", "department_staff_too_many"),
    ],
)
def test_what_does_not_is_named_by_its_field(
    changes: dict[str, object], field: str, code: str
) -> None:
    wrong = wrong_in(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert [(one.field, one.code) for one in wrong] == [(field, code)]


def test_everybody_answers_where_nobody_is_named_else_those_who_are() -> None:
    assert may_answer((), "petrova")
    assert may_answer(("Petrova",), "petrova")
    assert not may_answer(("petrova",), "sidorova")
