"""What a client's commands make of a renewal, and why they are refused."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from domain.billing.issued_invoice import Supplier
from domain.billing.requisites import Requisites
from domain.billing.surplus import Surplus, SurplusGrowth
from domain.calendar.bank_calendar import end_of_moscow_day
from domain.case.transition import Transition
from domain.money import VatRate
from domain.renewal.case import RenewalCase, RenewalTransition, VoidedInvoice
from domain.renewal.ordering import (
    REPLACED,
    PlacedOrder,
    TakenOrder,
    cancel_order,
    claim_payment,
    order,
    refusal,
    taken,
)
from domain.renewal.renewal import (
    RENEWAL_ACTIONS,
    Ending,
    PayBy,
    RenewalAction,
    RenewalRefusal,
    RenewalStatus,
    RenewalTransitionResult,
)
from domain.subscription.tariff import VatMode
from tests.domain.renewal.cases import (
    DAY,
    ENDS_ON,
    EXPIRY,
    GRACE_END,
    ORDERED_AT,
    POLICY,
    PRICE_KOPECKS,
    case,
    change,
    invoice,
    paid,
)

S, R, A = RenewalStatus, RenewalRefusal, RenewalAction
SUPPLIER = Supplier(
    Requisites(
        recipient_name="ООО «Копейка Софт»",
        inn="7707083893",
        kpp="770701001",
        bic="044525225",
        account="40702810100000000001",
        bank_name="ПАО Банк",
        correspondent_account="30101810400000000225",
    ),
    "Москва",
)
PLACED = PlacedOrder(
    id=UUID(int=9),
    renewal_id="renewal-sub-1-2026-04-30",
    invoice_number=None,
    tariff_code="800",
    tariff_title="Тариф 800",
    units=800,
    months=12,
    price_kopecks=20_000_00,
    vat_mode=VatMode.STANDARD,
    method=PayBy.BANK_TRANSFER,
)


def number_one(
    found: RenewalCase, at: datetime = ORDERED_AT, placed: PlacedOrder = PLACED
) -> RenewalTransition:
    """The order taken, with its invoice under a number."""
    accepted = taken(found, change(at), placed, SUPPLIER)
    assert isinstance(accepted, TakenOrder)
    return order(found, change(at), accepted, "KP-2026-000002")


@pytest.mark.parametrize("action", A)
@pytest.mark.parametrize("status", S)
def test_a_command_is_taken_in_its_statuses_only(
    action: RenewalAction, status: RenewalStatus
) -> None:
    answer = refusal(case(status, invoice()), action)
    allowed = action in RENEWAL_ACTIONS.get(status, ())
    expected = RenewalTransitionResult(status, 4, refusal=R.NOT_ALLOWED_IN_STATUS)
    assert answer == (None if allowed else expected)


@pytest.mark.parametrize(
    ("found", "action", "why"),
    [
        (paid(S.AWAITING_PAYMENT), A.CANCEL_ORDER, R.ORDER_PAID),
        (paid(S.AWAITING_PAYMENT), A.CLAIM_PAYMENT, R.ORDER_PAID),
        (paid(S.LAPSED), A.ORDER, R.ORDER_PAID),
        (paid(S.PAID), A.ORDER, R.ORDER_PAID),
        (case(S.LAPSED, invoice(PRICE_KOPECKS - 1)), A.CANCEL_ORDER, None),
        (case(S.LAPSED), A.CANCEL_ORDER, R.NO_OPEN_ORDER),
        (case(S.LAPSED), A.CLAIM_PAYMENT, R.NO_OPEN_ORDER),
        (case(S.LAPSED), A.ORDER, None),
        (case(S.LAPSED, invoice(PRICE_KOPECKS, is_void=True)), A.ORDER, None),
    ],
)
def test_a_command_that_money_or_a_missing_order_forbids_says_why(
    found: RenewalCase, action: RenewalAction, why: RenewalRefusal | None
) -> None:
    answer = refusal(found, action)
    assert (None if answer is None else answer.refusal) == why


@pytest.mark.parametrize(
    ("placed", "supplier", "why"),
    [
        (None, SUPPLIER, R.ORDER_UNKNOWN),
        (replace(PLACED, renewal_id="renewal-sub-2-first"), SUPPLIER, R.ORDER_UNKNOWN),
        (replace(PLACED, invoice_number="KP-2026-000001"), SUPPLIER, R.ORDER_UNKNOWN),
        (PLACED, None, R.OWN_ACCOUNT_MISSING),
    ],
)
def test_an_order_is_taken_once_by_its_own_case_and_only_where_we_can_be_paid(
    placed: PlacedOrder | None, supplier: Supplier | None, why: RenewalRefusal
) -> None:
    answer = taken(case(S.WATCHING), change(ORDERED_AT), placed, supplier)
    assert answer == RenewalTransitionResult(S.WATCHING, 4, refusal=why)
    closed = taken(case(S.PAID), change(ORDERED_AT), placed, supplier)
    assert isinstance(closed, RenewalTransitionResult)
    assert closed.refusal == R.NOT_ALLOWED_IN_STATUS


def test_an_invoice_says_where_its_term_would_begin_and_how_long_it_holds() -> None:
    accepted = taken(case(S.WATCHING), change(ORDERED_AT), PLACED, SUPPLIER)
    assert isinstance(accepted, TakenOrder)
    said = accepted.invoice
    assert (said.period_start, said.period_end) == (ENDS_ON + DAY, date(2027, 4, 30))
    assert said.issued_on == date(2026, 4, 11)
    assert said.valid_until == date(2026, 4, 11) + POLICY.invoice_valid_days * DAY
    assert (said.total_kopecks, said.vat_rate) == (20_000_00, VatRate.VAT22)
    assert said.supplier == SUPPLIER


@pytest.mark.parametrize("status", [S.WATCHING, S.LAPSED, S.CLOSED])
def test_an_order_waits_for_its_money_under_its_new_invoice(status: RenewalStatus) -> None:
    made = number_one(case(status))
    assert made.result.status is S.AWAITING_PAYMENT
    assert (made.result.invoice_number, made.result.amount_kopecks) == (
        "KP-2026-000002",
        20_000_00,
    )
    assert made.result.wait is not None
    assert made.result.wait.until == EXPIRY
    assert made.columns["order_id"] == PLACED.id
    assert (made.columns["seen_kopecks"], made.columns["closed_at"]) == (0, None)
    assert made.params["balance_kopecks"] == 20_000_00
    assert made.result.card_order_id is None
    assert made.effects == ()
    assert [one.template for one in made.notices] == ["renewal_ordered"]


def test_an_order_by_card_has_a_page_made() -> None:
    made = number_one(case(S.WATCHING), placed=replace(PLACED, method=PayBy.BANK_CARD))
    assert made.result.card_order_id == str(PLACED.id)


@pytest.mark.parametrize(
    ("got", "surplus"),
    [
        (Surplus("KP-2026-000001", "c-1", 0, 0, 0, 0), None),
        (
            Surplus("KP-2026-000001", "c-1", 500, 0, 0, 0),
            SurplusGrowth("KP-2026-000001", "c-1", 1, 500, 500),
        ),
        (
            Surplus("KP-2026-000001", "c-1", 500, 200, 3, 200),
            SurplusGrowth("KP-2026-000001", "c-1", 4, 500, 300),
        ),
        (Surplus("KP-2026-000001", "c-1", 500, 500, 3, 200), None),
    ],
)
def test_a_new_order_makes_the_unpaid_invoice_void_and_its_client_hears_what_is_held(
    got: Surplus, surplus: SurplusGrowth | None
) -> None:
    found = case(S.LAPSED, invoice(surplus=got))
    replaced = number_one(found)
    assert replaced.effects == (VoidedInvoice("KP-2026-000001", REPLACED, surplus),)
    cancelled = cancel_order(found, change(ORDERED_AT))
    assert isinstance(cancelled, Transition)
    assert cancelled.effects == (VoidedInvoice("KP-2026-000001", Ending.CANCELLED, surplus),)


@pytest.mark.parametrize(
    ("status", "at", "stopped_on", "expected"),
    [
        (S.AWAITING_PAYMENT, EXPIRY - DAY, None, S.WATCHING),
        (S.AWAITING_PAYMENT, EXPIRY, None, S.LAPSED),
        (S.LAPSED, EXPIRY, None, S.LAPSED),
        (S.LAPSED, GRACE_END, None, S.CLOSED),
        (S.AWAITING_PAYMENT, EXPIRY - DAY, ENDS_ON, S.CLOSED),
    ],
)
def test_an_order_that_is_called_off_leaves_the_case_where_its_term_is(
    status: RenewalStatus, at: datetime, stopped_on: date | None, expected: RenewalStatus
) -> None:
    made = cancel_order(case(status, invoice(), stopped_on), change(at))
    assert isinstance(made, Transition)
    assert (made.result.status, made.reason) == (expected, Ending.CANCELLED)
    assert made.result.invoice_number is None
    assert made.columns["order_id"] is None
    assert made.columns["seen_kopecks"] == 0
    assert [one.template for one in made.notices] == ["renewal_cancelled"]


@pytest.mark.parametrize("status", [S.AWAITING_PAYMENT, S.LAPSED])
def test_a_claim_stays_where_it_is_and_lasts_as_many_bank_days_as_the_policy_says(
    status: RenewalStatus,
) -> None:
    found = case(status, invoice())
    made = claim_payment(found, change(ORDERED_AT))
    assert isinstance(made, Transition)
    day = found.calendar.add_bank_days(date(2026, 4, 11), POLICY.claim_bank_days)
    assert made.result.claimed_until == made.columns["claimed_until"] == end_of_moscow_day(day)
    assert made.result.status is status
    assert made.columns["changed_at"] == found.changed_at
    assert [one.template for one in made.notices] == ["renewal_claimed", "staff_payment_claimed"]


def test_a_refused_command_changes_nothing() -> None:
    for command in (cancel_order, claim_payment):
        answer = command(paid(S.AWAITING_PAYMENT), change(ORDERED_AT))
        assert answer == RenewalTransitionResult(S.AWAITING_PAYMENT, 4, refusal=R.ORDER_PAID)
