"""The address for the letters of one refund: when it is taken, and which letter is sent again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.access.roles import Role
from domain.refund.case import Letter, RedirectLetters
from domain.refund.contact import (
    MAX_CORRECTIONS,
    ContactFacts,
    LastLetter,
    contact_refusal,
    correct_contact,
)
from domain.refund.refund import UNPAID_ENDS, Action, RefundStatus, actions_for
from tests.domain.refund.cases import AT, case, change, made, refused

ADDRESS = "dir@romashka.example"
LETTER = LastLetter("refund_paying", {"amount_kopecks": 1}, AT, is_sent=False)
OPEN = [status for status in RefundStatus if status not in UNPAID_ENDS]


def facts(**changes: Any) -> ContactFacts:
    return replace(ContactFacts(ADDRESS, 0, LETTER), **changes)


@pytest.mark.parametrize("status", OPEN)
def test_it_changes_the_address_and_neither_status_nor_wait_nor_promise(
    status: RefundStatus,
) -> None:
    found = case(status)
    corrected = made(correct_contact(found, change("client"), facts()))
    assert corrected.result == replace(found.latest, changes=5)
    assert corrected.columns == {"contact_email": ADDRESS, "changed_at": found.changed_at}
    assert (corrected.reason, corrected.notices) == ("contact_corrected", ())


def test_the_last_letter_of_the_present_status_is_sent_again_if_it_has_not_left() -> None:
    for last, again in (
        (LETTER, Letter(LETTER.template, LETTER.params)),
        (
            replace(LETTER, written_at=AT + timedelta(days=3)),
            Letter("refund_paying", LETTER.params),
        ),
        (replace(LETTER, is_sent=True), None),
        (replace(LETTER, written_at=AT - timedelta(seconds=1)), None),
        (None, None),
    ):
        corrected = made(
            correct_contact(case(RefundStatus.PAYING), change("client"), facts(last_letter=last))
        )
        assert corrected.effects == (RedirectLetters("c-1", again),)


@pytest.mark.parametrize(
    ("status", "changes", "corrected", "code"),
    [
        *((status, {}, 0, "not_allowed_in_status") for status in sorted(UNPAID_ENDS)),
        (RefundStatus.COMPLETED, {"closed_at": AT}, 0, "not_allowed_in_status"),
        (RefundStatus.PAYING, {}, MAX_CORRECTIONS, "contact_corrected_too_often"),
    ],
)
def test_an_ended_case_and_one_corrected_too_often_take_no_other(
    status: RefundStatus, changes: dict[str, Any], corrected: int, code: str
) -> None:
    found = case(status, **changes)
    judged = correct_contact(found, change("client"), facts(corrected=corrected))
    assert refused(judged) == code
    assert contact_refusal(status, found.closed_at, corrected) == code


def test_no_address_is_shown_where_facts_are_printed() -> None:
    assert ADDRESS not in repr(facts())


@pytest.mark.parametrize("role", sorted(Role))
def test_only_a_client_may_change_it(role: Role) -> None:
    allowed = actions_for(RefundStatus.PAYING, role, contact_open=True)
    assert (Action.CORRECT_CONTACT in allowed) == (role is Role.CLIENT)
