"""What becomes of an incoming entry: taken by itself, allocated by a person, undone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.roles import SYSTEM
from domain.banking.candidates import EntryToMatch, InvoiceCandidates, JudgedEntry
from domain.banking.incoming_money import (
    EntryRefusal,
    EntrySettled,
    InstructionKind,
    RecordedTransfer,
    payment_id_of,
)
from domain.banking.matching import Evidence, HoldReason, IncomingEntry, Share, Verdict
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.banking.transitions import (
    ActiveAllocation,
    Allocated,
    IncomingMoney,
    Instruction,
    PaidTerm,
    StoppedTerm,
    Undone,
    allocate,
    is_decided,
    take,
    undo,
)
from tests.domain.banking.test_candidates import DAY, ELSEWHERE, INVOICE, NUMBER

AT = datetime(2026, 11, 15, 9, tzinfo=UTC)
TODAY = date(2026, 11, 15)
ONE_DAY = timedelta(days=1)
ENTRY = IncomingMoney(
    UUID(int=1), DAY, "7701234560", "ООО «Ромашка»", EntryStatus.UNMATCHED, None, False, 0
)
MATCHED = replace(ENTRY, status=EntryStatus.MATCHED, matched_as=MatchedAs.PAYMENT, earlier=1)
SHARE = Share(NUMBER, 1_000_00)
ASKED = Instruction(
    UUID(int=5), InstructionKind.ALLOCATE, (SHARE,), False, frozenset(), "kuznetsova", "по письму"
)
UNDOING = replace(ASKED, kind=InstructionKind.UNDO, shares=())
FOUND = InvoiceCandidates([INVOICE], [])
PART = RecordedTransfer("p-1", NUMBER, 1, DAY)
SAME = RecordedTransfer("p-1", NUMBER, 1_000_00, DAY)
ACTIVE = ActiveAllocation(UUID(int=8), NUMBER, 1_000_00, "entry-1-0", is_link=False)
PAID = replace(INVOICE, paid_kopecks=1_000_00)
TERM = PaidTerm(UUID(int=9), NUMBER, TODAY - 10 * ONE_DAY, TODAY + 300 * ONE_DAY)


def judged_as(hold: str | None) -> JudgedEntry:
    verdict = Verdict((SHARE,), 100, (Evidence.NUMBER, Evidence.INN), None, ())
    money = IncomingEntry(1_000_00, "7701234560", "ООО «Ромашка»", NUMBER, DAY)
    return JudgedEntry(EntryToMatch(ENTRY.id, money, False), [NUMBER], frozenset(), verdict, hold)


# By itself.


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        (ENTRY, False),
        (MATCHED, True),
        (replace(ENTRY, status=EntryStatus.IGNORED), True),
        (replace(ENTRY, needs_person=True), True),
    ],
)
def test_what_somebody_has_decided_or_has_to_is_not_taken(
    entry: IncomingMoney, expected: bool
) -> None:
    assert is_decided(entry) is expected


def test_sure_money_is_taken_with_what_speaks_for_it_and_other_money_is_not() -> None:
    made = take(ENTRY, judged_as(None), FOUND)
    assert made is not None
    assert (made.score, made.evidence) == (100, (Evidence.NUMBER, Evidence.INN))
    assert (made.by, made.instruction_id, made.known_to) == (SYSTEM, None, ())
    (planned,) = made.planned
    assert (planned.share, planned.payment_id) == (SHARE, payment_id_of(ENTRY.id, 0))
    assert take(ENTRY, judged_as(HoldReason.SUM_DIFFERS), FOUND) is None


# By a person.


@pytest.mark.parametrize(
    ("entry", "asked", "found", "expected"),
    [
        (MATCHED, ASKED, FOUND, EntryRefusal.MATCHED),
        (ENTRY, ASKED, InvoiceCandidates([INVOICE], [PART]), EntryRefusal.BESIDE_BILLING),
        (
            ENTRY,
            replace(ASKED, besides=frozenset({"p-2"})),
            InvoiceCandidates([INVOICE], [PART]),
            EntryRefusal.BESIDE_BILLING,
        ),
    ],
)
def test_an_allocation_that_cannot_be_says_why(
    entry: IncomingMoney, asked: Instruction, found: InvoiceCandidates, expected: EntryRefusal
) -> None:
    assert allocate(entry, asked, found) == EntrySettled(expected)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (ASKED, FOUND),
        (replace(ASKED, besides=frozenset({"p-1"})), InvoiceCandidates([INVOICE], [PART])),
        (
            ASKED,
            InvoiceCandidates([INVOICE], [replace(PART, received_on=DAY - 8 * ONE_DAY)]),
        ),
    ],
)
def test_an_allocation_is_a_persons_and_a_payment_of_its_own(
    asked: Instruction, found: InvoiceCandidates
) -> None:
    made = allocate(replace(ENTRY, needs_person=True, earlier=2), asked, found)
    assert isinstance(made, Allocated)
    assert (made.by, made.reason, made.instruction_id) == ("kuznetsova", "по письму", ASKED.id)
    (planned,) = made.planned
    assert (planned.payment_id, planned.is_link) == (payment_id_of(ENTRY.id, 2), False)
    assert made.known_to == ()


def test_what_billing_wrote_of_this_very_sum_is_the_payment() -> None:
    made = allocate(ENTRY, ASKED, InvoiceCandidates([INVOICE], [SAME]))
    assert isinstance(made, Allocated)
    assert [(one.payment_id, one.is_link) for one in made.planned] == [("p-1", True)]


def test_a_payer_is_remembered_for_every_client_it_paid_for_when_asked() -> None:
    asked = replace(ASKED, remembers_payer=True)
    made = allocate(ENTRY, asked, InvoiceCandidates([INVOICE, ELSEWHERE, INVOICE], []))
    assert isinstance(made, Allocated)
    assert made.known_to == ("another", "romashka")


# Undone.


@pytest.mark.parametrize(
    ("entry", "terms", "expected"),
    [
        (ENTRY, [], EntryRefusal.NOT_ALLOCATED),
        (replace(MATCHED, matched_as=MatchedAs.RETURN), [], EntryRefusal.NOT_ALLOCATED),
        (MATCHED, [replace(TERM, ends_on=TODAY - ONE_DAY)], EntryRefusal.TERM_SERVED),
        (
            MATCHED,
            [TERM, replace(TERM, id=UUID(int=10), ends_on=TODAY - ONE_DAY)],
            EntryRefusal.TERM_SERVED,
        ),
    ],
)
def test_an_undoing_that_cannot_be_says_why(
    entry: IncomingMoney, terms: list[PaidTerm], expected: EntryRefusal
) -> None:
    assert undo(entry, UNDOING, [ACTIVE], [PAID], terms, AT) == EntrySettled(expected)


@pytest.mark.parametrize(
    ("term", "first_day_off"),
    [
        (TERM, TODAY),
        (replace(TERM, ends_on=TODAY), TODAY),
        (replace(TERM, starts_on=TODAY + 5 * ONE_DAY), TODAY + 5 * ONE_DAY),
    ],
)
def test_a_term_whose_money_goes_ends_today_or_before_it_begins(
    term: PaidTerm, first_day_off: date
) -> None:
    made = undo(MATCHED, UNDOING, [ACTIVE], [PAID], [term], AT)
    assert made == Undone((ACTIVE,), UNDOING, (StoppedTerm(term.id, first_day_off),))


@pytest.mark.parametrize(
    ("active", "paid_kopecks"),
    [
        ([ACTIVE], 2_000_00),  # it stays whole by other money
        ([replace(ACTIVE, is_link=True)], 1_000_00),  # what billing wrote stays
        ([replace(ACTIVE, invoice_number="KP-2026-000999")], 1_000_00),
    ],
)
def test_a_term_whose_invoice_stays_whole_goes_on(
    active: list[ActiveAllocation], paid_kopecks: int
) -> None:
    served = replace(TERM, ends_on=TODAY - ONE_DAY)
    invoices = [replace(PAID, paid_kopecks=paid_kopecks)]
    made = undo(MATCHED, UNDOING, active, invoices, [TERM, served], AT)
    assert made == Undone(tuple(active), UNDOING, ())


def test_one_kopeck_less_than_the_price_is_unpaid() -> None:
    invoices = [replace(PAID, paid_kopecks=1_999_99)]
    made = undo(MATCHED, UNDOING, [ACTIVE], invoices, [TERM], AT)
    assert isinstance(made, Undone)
    assert made.stopped == (StoppedTerm(TERM.id, TODAY),)


def test_the_day_of_an_undoing_is_moscows() -> None:
    midnight = datetime(2026, 11, 14, 21, tzinfo=UTC)
    ending = replace(TERM, ends_on=TODAY - ONE_DAY)
    before = undo(MATCHED, UNDOING, [ACTIVE], [PAID], [ending], midnight - timedelta(seconds=1))
    assert isinstance(before, Undone)
    after = undo(MATCHED, UNDOING, [ACTIVE], [PAID], [ending], midnight)
    assert after == EntrySettled(EntryRefusal.TERM_SERVED)
