"""Why the case of an unpaid order stands, and for whom."""

from datetime import timedelta

import pytest

from domain.access.roles import Role
from domain.case.waiting import Wait
from domain.case.waiting_reason import WaitsFor
from domain.collection.collection import ENDS
from domain.collection.waiting_reason import StandingCollection, collection_waits
from tests.domain.collection.unpaid import AT, A, S

UNTIL = AT + timedelta(days=1)


def standing(status: S, whom: Role = Role.CLIENT, *, is_disputed: bool = False) -> object:
    """Its code and for whom it waits."""
    wait = None if status in ENDS else Wait(whom, UNTIL)
    allowed = {Role.CLIENT: (A.PROMISE,)}
    case = StandingCollection(status, AT, wait, is_disputed, None, allowed)
    told = collection_waits(case, AT)
    assert told.until == (None if wait is None else UNTIL)
    assert (told.timer is None) == (wait is None)
    assert told.allowed == {Role.CLIENT: ("promise_payment",)}
    return told.code, told.waits_for


@pytest.mark.parametrize(
    ("status", "whom", "answer"),
    [
        (S.DUE, Role.CLIENT, ("due", WaitsFor.CALENDAR)),
        (S.CHECKING, Role.CLIENT, ("checking", WaitsFor.CALENDAR)),
        (S.CONTACTED, Role.CLIENT, ("contacted", WaitsFor.CLIENT)),
        (S.CONTACTED, Role.ACCOUNTANT, ("answered", WaitsFor.ACCOUNTANT)),
        (S.REMINDED, Role.BANK, ("banked", WaitsFor.BANK)),
        (S.PROMISED, Role.CLIENT, ("promised", WaitsFor.CLIENT)),
        (S.LEGAL, Role.ACCOUNTANT, ("legal", WaitsFor.ACCOUNTANT)),
        (S.LEGAL, Role.LAWYER, ("legal", WaitsFor.LAWYER)),
        (S.PAID, Role.CLIENT, ("paid", WaitsFor.NOBODY)),
        (S.WRITTEN_OFF, Role.CLIENT, ("written_off", WaitsFor.NOBODY)),
    ],
)
def test_it_is_said_why_a_case_stands_and_for_whom(
    status: S, whom: Role, answer: tuple[str, WaitsFor]
) -> None:
    assert standing(status, whom) == answer


@pytest.mark.parametrize("status", list(S))
def test_a_dispute_holds_whatever_has_not_ended(status: S) -> None:
    held = standing(status, is_disputed=True) == ("disputed", WaitsFor.PROCESS)
    assert held == (status not in ENDS)
