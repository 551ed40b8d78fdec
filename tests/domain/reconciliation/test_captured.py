"""Which captured payments are recorded, and which ones their cases take up."""

from dataclasses import replace
from uuid import UUID

import pytest

from domain.reconciliation.acquirer_list import Captured
from domain.reconciliation.captured import KnownPayment, beside_our_cases
from domain.reconciliation.reconciliation import MAX_NAMED, BooksFindings

PAGE = [Captured("a-1", "order-1", 100, None), Captured("a-2", "order-2", 200, None)]
KNOWN = KnownPayment("a-1", UUID(int=1), "KP-2026-000001", 100, is_recorded=False)


@pytest.mark.parametrize(
    ("known", "ours", "recorded", "lost"),
    [
        ([], set(), [False, False], []),  # no case of ours: a difference, nobody's to take up
        ([KNOWN], set(), [False, False], [KNOWN]),
        ([replace(KNOWN, is_recorded=True)], set(), [True, False], []),
        ([KNOWN], {"a-1"}, [True, False], []),  # written as a payment of an invoice
        ([], {"a-2"}, [False, True], []),
    ],
)
def test_a_payment_is_recorded_by_its_case_or_as_money_of_an_invoice(
    known: list[KnownPayment], ours: set[str], recorded: list[bool], lost: list[KnownPayment]
) -> None:
    page, found = beside_our_cases(PAGE, known, ours)
    assert [one.recorded for one in page] == recorded
    assert found == lost


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ([], ()),
        (["b", "a", "b"], ("a", "b")),
        (list("gfedcba"), tuple("abcde")),
    ],
)
def test_findings_count_rows_and_name_the_first_invariants(
    broken: list[str], named: tuple[str, ...]
) -> None:
    assert BooksFindings.of(broken) == BooksFindings(len(broken), named)
    assert len(named) <= MAX_NAMED
