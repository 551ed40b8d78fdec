"""What people may change in a policy, and what contradicts itself."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.case.policy_change import (
    CHOICES,
    MAX_POLICY_KOPECKS,
    ValueKind,
    changed,
    differences,
    parameters_of,
)
from domain.receipt.receipt import PrintedBy
from domain.refund.inquiry import InquiryPolicy
from domain.refund.policy import RefundPolicy, Rule
from domain.renewal.policy import RenewalPolicy

VERSIONS = Path("db/migrations/versions")
STORED = {
    "refund": "0005_refund",
    "renewal": "0012_renewal",
    "receipt": "0014_receipt",
    "inquiry": "0025_inquiry",
    "file": "0046_file_retention",
}


def document(kind: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((VERSIONS / f"{STORED[kind]}_policy.json").read_text("utf-8"))
    return read


def codes(kind: str, changes: dict[str, Any]) -> list[tuple[str, str]]:
    _, wrong = changed(document(kind), changes)
    return [(one.pointer, one.code) for one in wrong]


def test_choices_are_those_that_the_policies_know() -> None:
    assert CHOICES["rules"] == tuple(one for one in Rule if one is not Rule.RETURNED)
    assert CHOICES["printed_by"] == tuple(PrintedBy)


@pytest.mark.parametrize("kind", sorted(STORED))
def test_a_document_that_is_typed_again_is_the_same(kind: str) -> None:
    before = document(kind)
    values = {one.pointer: one.value for one in parameters_of(before)}
    assert changed(before, values) == (before, ())
    assert differences(before, before) == ()


def test_every_number_and_choice_of_a_document_is_a_parameter() -> None:
    def leaves(value: Any) -> int:
        if isinstance(value, dict):
            return sum(map(leaves, value.values()))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return sum(map(leaves, value))
        return isinstance(value, int) or (isinstance(value, list) and isinstance(value[0], int))

    for kind in STORED:
        chosen = [one for one in parameters_of(document(kind)) if one.kind is ValueKind.CHOICE]
        assert len(parameters_of(document(kind))) - len(chosen) == leaves(document(kind))
    assert len([one for one in parameters_of(document("refund")) if one.choices]) == 4


def test_changes_make_another_document_and_leave_the_first() -> None:
    before = document("refund")
    after, wrong = changed(
        before,
        {
            "/automatic_limit_kopecks": 100,
            "/waits/paying/remind_after": [1, 3],
            "/rules/service": "undelivered",
        },
    )
    assert wrong == ()
    assert before == document("refund")
    shown = {now.pointer: (was.value, now.value) for was, now in differences(before, after)}
    assert shown == {
        "/automatic_limit_kopecks": (5_000_000, 100),
        "/waits/paying/remind_after": ([2], [1, 3]),
        "/rules/service": ("specialist", "undelivered"),
    }
    RefundPolicy.from_document(2, after)
    renewal, wrong = changed(document("renewal"), {"/reminders/4/days_before": 2})
    assert (RenewalPolicy.from_document(2, renewal).reminders[4].days_before, wrong) == (2, ())
    inquiry, wrong = changed(document("inquiry"), {"/at_most": 7})
    assert (InquiryPolicy.from_document(2, inquiry).at_most, wrong) == (7, ())


@pytest.mark.parametrize(
    ("kind", "pointer", "value", "code"),
    [
        ("refund", "/nothing", 1, "policy_value_unknown"),
        ("refund", "/waits/paying/unit", "days", "policy_value_unknown"),
        ("refund", "/max_age_days", "7", "policy_number_malformed"),
        ("refund", "/max_age_days", True, "policy_number_malformed"),
        ("refund", "/max_age_days", -1, "policy_number_range"),
        ("refund", "/waits/paying/at_most", 0, "policy_number_range"),
        ("refund", "/approval_limit_kopecks", MAX_POLICY_KOPECKS + 1, "policy_sum_range"),
        ("refund", "/approval_limit_kopecks", -1, "policy_sum_range"),
        ("refund", "/rules/service", "always", "policy_choice_unknown"),
        ("refund", "/waits/paying/remind_after", 1, "policy_times_malformed"),
        ("refund", "/waits/paying/remind_after", ["1"], "policy_times_malformed"),
        ("refund", "/waits/paying/remind_after", [0], "policy_times_range"),
        ("refund", "/waits/paying/remind_after", list(range(1, 12)), "policy_times_range"),
        ("refund", "/waits/paying/remind_after", [2, 2], "policy_times_order"),
        ("refund", "/waits/paying/remind_after", [5], "policy_reminder_late"),
        ("refund", "/waits/paying/escalate_after", 6, "policy_escalation_late"),
        ("refund", "/automatic_limit_kopecks", 10_000_001, "policy_above_other"),
        ("refund", "/client_limits/automatic_kopecks", 20_000_001, "policy_above_other"),
        ("refund", "/acquirer_max_age_days", 1096, "policy_above_other"),
        ("renewal", "/red_days", 31, "policy_above_other"),
        ("renewal", "/remind_at_hour", 24, "policy_number_range"),
        ("renewal", "/remind_at_hour", 8, "policy_hour_quiet"),
        ("renewal", "/reminders/1/days_before", 30, "policy_reminders_order"),
        ("inquiry", "/at_most", 0, "policy_number_range"),
        ("receipt", "/printed_by", "nobody", "policy_choice_unknown"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    kind: str, pointer: str, value: Any, code: str
) -> None:
    assert codes(kind, {pointer: value}) == [(pointer, code)]
