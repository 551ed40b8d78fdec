"""What the acquirer's word, silence and our not waiting make of a payment by card."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.billing.invoice import InvoiceLine, PaymentMethod, ProductKind
from domain.card.card_payment import (
    CARD_MOVES,
    ENDED,
    MAX_RECEIPT_LINES,
    CardAnswer,
    CardEnd,
    CardPayment,
    CardStatus,
)
from domain.card.transitions import (
    KEY_LIFETIME,
    UNEXPLAINED,
    CardObservation,
    CardTransition,
    PayableInvoice,
    PaymentAtAcquirer,
    Received,
    RecordingFacts,
    closed,
    first_of,
    is_over,
    never_opened,
    observation_of,
    recorded,
)
from domain.money import VatRate

S = CardStatus
NOW = datetime(2026, 4, 20, 9, tzinfo=UTC)
PAGE = "https://acquirer.example/page"
LINE = InvoiceLine(1, "Подписка", ProductKind.SUBSCRIPTION, 100_00, VatRate.VAT22)
PREPARED = CardPayment(UUID(int=1), "A-1", 100_00, S.PREPARED, {}, NOW)
PENDING = replace(PREPARED, status=S.PENDING, acquirer_payment_id="2d-1", confirmation_url=PAGE)
CANCELLED = replace(PENDING, status=S.CANCELLED, reason=CardEnd.NOT_PAID_IN_TIME)
INVOICE = PayableInvoice("A-1", 100_00, 0, is_void=False, email="a@b.example", lines=(LINE,))
OPEN_THERE = PaymentAtAcquirer(S.PENDING, 100_00, "2d-1", PAGE)
PAID_THERE = PaymentAtAcquirer(
    S.PAID, 100_00, "2d-1", method="sbp", captured_at=NOW - timedelta(minutes=1)
)


@pytest.mark.parametrize(
    ("invoice", "refusal"),
    [
        (INVOICE, None),
        (replace(INVOICE, paid_kopecks=99_99), None),
        (replace(INVOICE, paid_kopecks=100_00), CardEnd.INVOICE_PAID),
        (replace(INVOICE, is_void=True), CardEnd.INVOICE_VOID),
        (replace(INVOICE, is_being_paid=True), CardEnd.ANOTHER_OPEN),
        (replace(INVOICE, lines=(LINE,) * MAX_RECEIPT_LINES), None),
        (replace(INVOICE, lines=(LINE,) * (MAX_RECEIPT_LINES + 1)), CardEnd.TOO_MANY_LINES),
    ],
)
def test_an_invoice_that_takes_no_money_is_cancelled_before_anybody_asks(
    invoice: PayableInvoice, refusal: CardEnd | None
) -> None:
    status = S.PREPARED if refusal is None else S.CANCELLED
    asked = 100_00 - invoice.paid_kopecks
    assert first_of(invoice, asked, NOW) == CardObservation(status, NOW, refusal)


def test_a_page_asks_for_no_more_than_is_left() -> None:
    late = replace(INVOICE, paid_kopecks=1)
    assert first_of(late, 100_00, NOW).reason == CardEnd.SUM_CHANGED


@pytest.mark.parametrize(
    ("payment", "over"),
    [
        (PREPARED, False),
        (PENDING, False),
        (replace(PENDING, status=S.PAID), True),
        (CANCELLED, False),
        (replace(CANCELLED, acquirer_payment_id=None), True),
    ],
)
def test_a_cancelled_payment_that_was_asked_for_may_still_bring_money(
    payment: CardPayment, over: bool
) -> None:
    assert is_over(payment) == over


def test_a_page_that_nobody_has_seen_ends_with_its_key() -> None:
    assert never_opened(PREPARED, NOW + KEY_LIFETIME) is None
    ended = never_opened(PREPARED, NOW + KEY_LIFETIME + timedelta(seconds=1))
    assert ended == CardAnswer(S.CANCELLED, CardEnd.NEVER_OPENED)


@pytest.mark.parametrize(
    ("said", "observed"),
    [
        (CardAnswer(S.UNKNOWN, "тишина"), CardObservation(S.UNKNOWN, NOW, "тишина")),
        (replace(OPEN_THERE, payment_id=None), CardObservation(S.UNKNOWN, NOW)),
        (OPEN_THERE, CardObservation(S.PENDING, NOW, None, "2d-1", PAGE)),
        (
            replace(OPEN_THERE, reason="ignored"),
            CardObservation(S.PENDING, NOW, None, "2d-1", PAGE),
        ),
        (
            PaymentAtAcquirer(S.CANCELLED, 100_00, "2d-1", reason="expired_on_confirmation"),
            CardObservation(S.CANCELLED, NOW, "expired_on_confirmation", "2d-1"),
        ),
        (
            PaymentAtAcquirer(S.CANCELLED, 100_00, "2d-1"),
            CardObservation(S.CANCELLED, NOW, UNEXPLAINED, "2d-1"),
        ),
    ],
)
def test_what_the_acquirer_says_is_heard_with_its_reason(
    said: PaymentAtAcquirer | CardAnswer, observed: CardObservation
) -> None:
    assert observation_of(said, NOW) == observed


@pytest.mark.parametrize("before", list(S))
@pytest.mark.parametrize("after", [S.PENDING, S.PAID, S.CANCELLED])
def test_the_status_decides_which_answer_is_news(before: S, after: S) -> None:
    facts = RecordingFacts(replace(PENDING, status=before), (LINE,))
    made = recorded(facts, PaymentAtAcquirer(after, 100_00, "2d-1"), NOW)
    assert (made is not None) == (after in CARD_MOVES[before])


@pytest.mark.parametrize(
    ("payment", "is_news"),
    [(PENDING, False), (replace(PENDING, confirmation_url=None), True)],
)
def test_a_page_that_was_not_known_is_news(payment: CardPayment, is_news: bool) -> None:
    made = recorded(RecordingFacts(payment, (LINE,)), OPEN_THERE, NOW)
    assert made == (CardTransition(observation_of(OPEN_THERE, NOW)) if is_news else None)


@pytest.mark.parametrize("payment", [PREPARED, PENDING, CANCELLED])
def test_money_becomes_a_payment_of_the_invoice_also_after_we_stopped_waiting(
    payment: CardPayment,
) -> None:
    made = recorded(RecordingFacts(payment, (LINE,)), PAID_THERE, NOW)
    assert made is not None
    assert made.observed.status is S.PAID
    assert made.payment_id == "card-2d-1"
    assert made.received == Received(
        payment_id="card-2d-1",
        acquirer_payment_id="2d-1",
        method=PaymentMethod.SBP,
        amount_kopecks=100_00,
        received_at=NOW - timedelta(minutes=1),
        vat_rate=VatRate.VAT22,
    )


def test_money_that_billing_put_down_first_is_not_put_down_twice() -> None:
    made = recorded(RecordingFacts(PENDING, (LINE,), "billing-7"), PAID_THERE, NOW)
    assert made == CardTransition(observation_of(PAID_THERE, NOW), "billing-7")


@pytest.mark.parametrize(
    ("lines", "said", "received_at", "rate"),
    [
        ((LINE, LINE), PAID_THERE, NOW - timedelta(minutes=1), VatRate.VAT22),
        (
            (LINE, replace(LINE, vat_rate=VatRate.NONE)),
            replace(PAID_THERE, captured_at=None),
            NOW,
            None,
        ),
    ],
)
def test_a_payment_has_the_rate_that_all_lines_agree_on_and_its_own_moment(
    lines: tuple[InvoiceLine, ...],
    said: PaymentAtAcquirer,
    received_at: datetime,
    rate: VatRate | None,
) -> None:
    made = recorded(RecordingFacts(PENDING, lines), said, NOW)
    assert made is not None
    assert made.received is not None
    assert (made.received.received_at, made.received.vat_rate) == (received_at, rate)


@pytest.mark.parametrize("status", list(S))
def test_we_stop_waiting_only_for_what_has_not_ended(status: S) -> None:
    made = closed(replace(PENDING, status=status), CardEnd.NOT_PAID_IN_TIME, NOW)
    ended = CardObservation(S.CANCELLED, NOW, CardEnd.NOT_PAID_IN_TIME)
    assert made == (None if status in ENDED else ended)
