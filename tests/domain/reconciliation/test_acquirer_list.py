"""Our payouts beside the acquirer's list: each invariant broken once, and the harmless things."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.money import amount_text
from domain.payout.payout import PayoutStatus
from domain.reconciliation.acquirer_list import Attempt, Comparison, Listed, ListInvariant

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
KEY = "refund-2026-000117-1/1"
PAID = Attempt(KEY, PayoutStatus.PAID, 969_355, "external-1")
SENT = replace(PAID, status=PayoutStatus.SENT)
REJECTED = replace(PAID, status=PayoutStatus.REJECTED, external_id=None)
SECOND = replace(PAID, key="refund-2026-000117-1/2")
EXECUTED = Listed("external-1", KEY, True, 969_355, NOW - timedelta(days=3), ours=True)
UNDER_WAY = replace(EXECUTED, executed=False)
BY_HAND = replace(EXECUTED, refund_id="external-9", key=None)
T = ListInvariant


@pytest.mark.parametrize(
    ("listed", "attempts", "expected"),
    [
        ([EXECUTED], [PAID], set()),
        ([EXECUTED], [replace(PAID, status=PayoutStatus.RETURNED)], set()),
        ([EXECUTED], [REJECTED, SECOND], set()),  # its money was made the second attempt's
        ([UNDER_WAY], [SENT], set()),
        ([replace(EXECUTED, created_at=NOW)], [SENT], set()),
        ([EXECUTED], [SENT], {T.SETTLED}),
        ([EXECUTED], [REJECTED], {T.NOT_REJECTED}),
        ([UNDER_WAY], [REJECTED], {T.NOT_REJECTED}),
        ([replace(EXECUTED, amount_kopecks=1)], [PAID], {T.SAME_SUM}),
        ([EXECUTED, replace(EXECUTED, refund_id="external-2")], [PAID], {T.ONCE}),
        ([BY_HAND], [], {T.OURS}),
        ([replace(BY_HAND, ours=False)], [], set()),
        ([], [], {T.LISTED}),
        ([UNDER_WAY], [PAID], {T.LISTED}),
    ],
)
def test_the_list_and_our_attempts_say_the_same_or_the_difference_is_named(
    listed: list[Listed], attempts: list[Attempt], expected: set[ListInvariant]
) -> None:
    comparison = Comparison(NOW)
    found = list(comparison.page(listed, attempts))
    held_as_paid = [one for one in attempts if one.status is PayoutStatus.PAID]
    if expected == {T.LISTED}:
        held_as_paid = [PAID]
    found += comparison.missing(held_as_paid)
    assert {one.invariant for one in found} == expected


def test_a_second_execution_is_seen_across_pages() -> None:
    comparison = Comparison(NOW)
    assert not list(comparison.page([EXECUTED], [PAID]))
    (found,) = comparison.page([replace(EXECUTED, refund_id="external-2")], [PAID])
    assert found.invariant is T.ONCE
    assert found.found.endswith(", external-2, " + amount_text(EXECUTED.amount_kopecks))


def test_a_refund_of_nobody_is_named_without_an_attempt() -> None:
    of_nobody = replace(EXECUTED, key=None, refund_id="external-3")
    (found,) = Comparison(NOW).page([of_nobody], [])
    assert found.invariant is T.OURS
    assert found.found == f"external-3, {amount_text(EXECUTED.amount_kopecks)}"
