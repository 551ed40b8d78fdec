"""Which invoices an entry is judged by, and whose it is when they are not sure of it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.banking.candidates import EntryToMatch, InvoiceCandidates, InvoiceFacts, judged
from domain.banking.incoming_money import EntryHold, RecordedTransfer
from domain.banking.matching import HoldReason, IncomingEntry, key_of, keys_in

INN, KNOWN, ORDER_INN, STRANGER = "7701234560", "7812014560", "5001234567", "6601234567"
DAY = date(2026, 11, 12)
NUMBER = "KP-2026-000123"
INVOICE = InvoiceFacts(
    number=NUMBER,
    client_id="romashka",
    client_name="ООО «Ромашка»",
    matching_key=key_of(NUMBER),
    total_kopecks=1_000_00,
    paid_kopecks=0,
    issued_on=date(2026, 11, 5),
    is_void=False,
    payer_inns=frozenset({INN}),
    known_payer_inns=frozenset({KNOWN}),
    order_inns=frozenset({ORDER_INN}),
)
OTHER = replace(INVOICE, number="KP-2026-000124", matching_key=key_of("KP-2026-000124"))
PAID = replace(OTHER, paid_kopecks=1_000_00)
VOID = replace(OTHER, is_void=True)
ELSEWHERE = replace(
    OTHER,
    client_id="another",
    payer_inns=frozenset({STRANGER}),
    known_payer_inns=frozenset(),
    order_inns=frozenset(),
)
ENTRY = EntryToMatch(
    UUID(int=1),
    IncomingEntry(1_000_00, INN, "ООО «Ромашка»", f"Оплата по счету {NUMBER}", DAY),
    False,
)
TRANSFER = RecordedTransfer("p-1", NUMBER, 1_000_00, DAY)


def hold_of(entry: EntryToMatch, found: InvoiceCandidates) -> str | None:
    keys = keys_in(entry.money.purpose)
    return judged(entry, found, found.numbers_for(entry.money.payer_inn, keys), keys).hold


def about(entry: EntryToMatch, purpose: str) -> EntryToMatch:
    return replace(entry, money=replace(entry.money, purpose=purpose))


@pytest.mark.parametrize(
    ("inn", "keys", "beside", "expected"),
    [
        (None, {INVOICE.matching_key}, OTHER, [NUMBER, OTHER.number]),  # the same client's, open
        (None, {INVOICE.matching_key}, PAID, [NUMBER]),
        (None, {INVOICE.matching_key}, VOID, [NUMBER]),
        (None, {INVOICE.matching_key}, ELSEWHERE, [NUMBER]),
        (None, {PAID.matching_key}, PAID, [NUMBER, PAID.number]),  # named, though it is paid
        (INN, set(), OTHER, [NUMBER, OTHER.number]),
        (KNOWN, set(), OTHER, [NUMBER, OTHER.number]),
        (ORDER_INN, set(), OTHER, [NUMBER, OTHER.number]),
        (STRANGER, set(), OTHER, []),
        (STRANGER, set(), ELSEWHERE, [ELSEWHERE.number]),
        (None, set(), OTHER, []),
    ],
)
def test_an_entry_finds_what_it_names_and_what_its_payer_owes(
    inn: str | None, keys: set[str], beside: InvoiceFacts, expected: list[str]
) -> None:
    assert InvoiceCandidates([INVOICE, beside], []).numbers_for(inn, keys) == expected


@pytest.mark.parametrize(
    ("found", "recorded_on", "balance"),
    [
        (INVOICE, None, 1_000_00),
        (replace(INVOICE, paid_kopecks=400_00), None, 600_00),
        (replace(INVOICE, paid_kopecks=1_200_00), None, 0),
        (replace(INVOICE, is_void=True), None, 0),
        # What billing wrote about this day may be this very money.
        (replace(INVOICE, paid_kopecks=1_000_00), DAY, 1_000_00),
        (replace(INVOICE, paid_kopecks=1_000_00), DAY - timedelta(days=7), 1_000_00),
        (replace(INVOICE, paid_kopecks=1_000_00), DAY - timedelta(days=8), 0),
    ],
)
def test_an_invoice_waits_for_what_no_other_money_has_paid(
    found: InvoiceFacts, recorded_on: date | None, balance: int
) -> None:
    recorded = [] if recorded_on is None else [replace(TRANSFER, received_on=recorded_on)]
    (open_invoice,) = InvoiceCandidates([found], recorded).invoices([NUMBER], DAY)
    assert open_invoice.balance_kopecks == balance


@pytest.mark.parametrize(
    ("entry", "found", "expected"),
    [
        (ENTRY, InvoiceCandidates([INVOICE], []), None),
        (ENTRY, InvoiceCandidates([INVOICE], [TRANSFER]), None),  # the same money, written before
        (replace(ENTRY, is_own=True), InvoiceCandidates([INVOICE], []), EntryHold.OWN_TRANSFER),
        (
            about(ENTRY, f"Возврат по счету {NUMBER}"),
            InvoiceCandidates([INVOICE], []),
            EntryHold.RETURN_SUSPECTED,
        ),
        (
            ENTRY,
            InvoiceCandidates([INVOICE], [], is_whole=False),
            HoldReason.AMBIGUOUS,
        ),
        (
            ENTRY,
            InvoiceCandidates([INVOICE], [replace(TRANSFER, amount_kopecks=1)]),
            EntryHold.RECORDED_BY_BILLING,
        ),
        (about(ENTRY, "Оплата"), InvoiceCandidates([INVOICE], []), HoldReason.NUMBER_MISSING),
        # Our own account is said before anything else.
        (
            about(replace(ENTRY, is_own=True), f"Возврат {NUMBER}"),
            InvoiceCandidates([INVOICE], [], is_whole=False),
            EntryHold.OWN_TRANSFER,
        ),
    ],
)
def test_money_that_is_not_sure_is_a_persons_and_says_why(
    entry: EntryToMatch, found: InvoiceCandidates, expected: str | None
) -> None:
    assert hold_of(entry, found) == expected


def test_no_payer_reaches_a_log() -> None:
    assert INN not in repr(INVOICE)
    assert "Ромашка" not in repr(ENTRY)
