"""Payments by card against the sandbox acquirer's own process: whatever goes wrong, the page is
one, and the money that comes is recorded once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.testing import ActivityEnvironment

from activities.card.card_payment import CardPaymentActivities
from db.card import card_payment
from db.database import Database
from domain.card.card_payment import (
    MAX_RECEIPT_LINES,
    CardAnswer,
    CardClosing,
    CardEnd,
    CardPaymentRequest,
    CardStatus,
)
from domain.card.transitions import KEY_LIFETIME
from gateways.acquirer import AcquirerCredentialsRefused, AcquirerGateway, AcquirerUnavailable
from tests.books import LICENCE_KOPECKS, Books, Line
from tests.gateways.sandbox_acquirer import SHOP_ID, Rule, SandboxAcquirer

DEAD_END = "http://127.0.0.1:9"
CABINET_URL = "https://kopeyka.example"


@dataclass
class CardPayment:
    """A payment by card for an invoice that nobody has paid yet."""

    steps: CardPaymentActivities
    acquirer: SandboxAcquirer
    books: Books
    request: CardPaymentRequest

    @property
    def key(self) -> str:
        return f"card-payment-{self.request.order_id}"

    async def prepare(self) -> CardAnswer:
        return await self.steps.prepare(self.request)

    async def ask(self) -> CardAnswer:
        answer: CardAnswer = await ActivityEnvironment().run(self.steps.ask, self.request.order_id)
        return answer

    async def close(self, reason: CardEnd = CardEnd.NOT_PAID_IN_TIME) -> CardAnswer:
        return await self.steps.close(CardClosing(self.request.order_id, reason))

    async def misbehave(self, *rules: Rule) -> None:
        match = {"operation": "create_payment", "key": self.key}
        await self.acquirer.misbehave(*({"match": match, **rule} for rule in rules))

    @property
    def row(self) -> Any:
        """The payment by card in our books."""
        return self.books.row(
            "SELECT * FROM card_payments WHERE order_id = %(id)s", id=self.request.order_id
        )

    @property
    def payments(self) -> list[Any]:
        """The money of the invoice in our books."""
        return self.books.rows(
            "SELECT * FROM payments WHERE invoice_number = %(n)s", n=self.request.invoice_number
        )

    async def made(self) -> int:
        """How many payments the acquirer has made of our asking."""
        return len(await self.acquirer.asked_under(self.key))

    async def opened(self) -> str:
        """Has its page; the acquirer's id."""
        await self.prepare()
        assert await self.ask() == CardAnswer(CardStatus.PENDING)
        return str(self.row.acquirer_payment_id)


def card_payment_of(
    steps: CardPaymentActivities,
    acquirer: SandboxAcquirer,
    books: Books,
    number: str,
    amount_kopecks: int = LICENCE_KOPECKS,
) -> CardPayment:
    request = CardPaymentRequest(str(uuid4()), number, amount_kopecks)
    return CardPayment(steps, acquirer, books, request)


@pytest.fixture
def steps(database: Database, gateway: AcquirerGateway) -> CardPaymentActivities:
    return CardPaymentActivities(database, gateway, cabinet_url=CABINET_URL)


@pytest_asyncio.fixture
async def card(
    steps: CardPaymentActivities, acquirer: SandboxAcquirer, books: Books
) -> CardPayment:
    return card_payment_of(steps, acquirer, books, books.invoice(paid=()))


async def test_a_page_is_asked_for_and_kept(card: CardPayment) -> None:
    assert await card.prepare() == CardAnswer(CardStatus.PREPARED)
    assert await card.ask() == CardAnswer(CardStatus.PENDING)
    assert card.row.confirmation_url == f"{card.acquirer.url}/pay/{card.row.acquirer_payment_id}"
    assert (await card.made(), card.payments) == (1, [])


async def test_what_is_asked_comes_from_the_invoice_and_its_client(card: CardPayment) -> None:
    await card.prepare()
    asked = card.row.asked
    assert asked["description"] == f"Оплата по счёту № {card.request.invoice_number}"
    assert asked["return_url"] == f"{CABINET_URL}/orders/{card.request.invoice_number}/payment"
    assert asked["email"] == "buh@romashka.example"
    (item,) = asked["items"]
    assert (item["amount_kopecks"], item["vat_rate"]) == (LICENCE_KOPECKS, "none")


@pytest.mark.parametrize(("means", "method"), [("bank_card", "bank_card"), ("sbp", "sbp")])
async def test_the_money_is_a_payment_of_the_invoice_and_is_in_the_ledger(
    means: str, method: str, card: CardPayment
) -> None:
    acquirer_id = await card.opened()
    await card.acquirer.pay(acquirer_id, means)
    assert await card.ask() == CardAnswer(CardStatus.PAID)
    (payment,) = card.payments
    assert (payment.method, payment.acquirer_payment_id) == (method, acquirer_id)
    assert (payment.amount_kopecks, payment.vat_rate) == (LICENCE_KOPECKS, "none")
    assert abs(datetime.now(UTC) - payment.received_at) < timedelta(minutes=5)
    assert card.row.payment_id == payment.id
    transfers = card.books.rows(
        "SELECT amount_kopecks FROM ledger_transfers WHERE reference = %(id)s", id=payment.id
    )
    assert [row.amount_kopecks for row in transfers] == [LICENCE_KOPECKS]


async def test_every_step_may_run_twice_and_the_money_is_recorded_once(card: CardPayment) -> None:
    await card.opened()
    assert await card.prepare() == CardAnswer(CardStatus.PENDING)
    assert await card.ask() == CardAnswer(CardStatus.PENDING)
    await card.acquirer.pay(card.row.acquirer_payment_id)
    assert [await card.ask(), await card.ask()] == [CardAnswer(CardStatus.PAID)] * 2
    assert (await card.made(), len(card.payments)) == (1, 1)


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        ({"kind": "answer_lost_after_execution"}, 1),
        ({"kind": "answer_lost_before_execution"}, 0),
        ({"kind": "server_error", "moment": "after"}, 1),
        ({"kind": "server_error", "moment": "before"}, 0),
        ({"kind": "processing_then", "polls": 0}, 1),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
async def test_silence_is_unknown_and_asking_again_finds_the_one_page(
    fault: Rule, made: int, card: CardPayment
) -> None:
    await card.misbehave({**fault, "times": 1})
    await card.prepare()
    assert (await card.ask()).status is CardStatus.UNKNOWN
    assert (await card.made(), card.row.confirmation_url) == (made, None)
    assert await card.ask() == CardAnswer(CardStatus.PENDING)
    assert (await card.made(), card.row.confirmation_url is None) == (1, False)


async def test_what_changed_meanwhile_does_not_change_what_is_asked(card: CardPayment) -> None:
    await card.misbehave({"kind": "answer_lost_after_execution", "times": 1})
    await card.prepare()
    await card.ask()
    card.books.connection.execute(
        "UPDATE clients SET email = 'other@romashka.example' WHERE id ="
        " (SELECT client_id FROM invoices WHERE number = %s)",
        [card.request.invoice_number],
    )
    assert await card.ask() == CardAnswer(CardStatus.PENDING)
    assert await card.made() == 1


async def test_a_payment_that_succeeds_before_its_answer_is_read_is_recorded(
    card: CardPayment,
) -> None:
    await card.misbehave(
        {"kind": "pending_then", "seconds": 0},
        {"kind": "answer_lost_after_execution", "times": 1},
    )
    await card.prepare()
    await card.ask()
    assert await card.ask() == CardAnswer(CardStatus.PAID)
    assert len(card.payments) == 1


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"kind": "cancel", "reason": "country_forbidden"}, "country_forbidden"),
        ({"kind": "refuse", "code": "invalid_request"}, "invalid_request"),
    ],
)
async def test_a_no_of_the_acquirer_is_a_cancelled_payment_with_its_reason(
    rule: Rule, reason: str, card: CardPayment
) -> None:
    await card.misbehave(rule)
    await card.prepare()
    assert await card.ask() == CardAnswer(CardStatus.CANCELLED, reason)
    assert (card.row.reason, card.payments) == (reason, [])


async def test_a_declined_page_is_a_cancelled_payment_with_its_reason(card: CardPayment) -> None:
    await card.acquirer.decline(await card.opened(), "insufficient_funds")
    assert await card.ask() == CardAnswer(CardStatus.CANCELLED, "insufficient_funds")


async def test_words_of_tomorrow_are_waited_for_and_the_page_is_kept_when_it_is_told(
    card: CardPayment,
) -> None:
    await card.misbehave({"kind": "unknown_enum", "times": 1})
    assert await card.opened() == card.row.acquirer_payment_id
    assert await card.ask() == CardAnswer(CardStatus.PENDING)
    assert card.row.confirmation_url is not None


async def test_a_page_nobody_has_seen_is_given_up_when_its_key_may_be_forgotten(
    card: CardPayment, database: Database
) -> None:
    old = datetime.now(UTC) - KEY_LIFETIME - timedelta(minutes=1)
    number = card.request.invoice_number
    card.books.put(
        "card_payments",
        order_id=card.request.order_id,
        invoice_number=number,
        amount_kopecks=1,
        status="unknown",
        asked={},
        prepared_at=old,
        changed_at=old,
    )
    assert await card.ask() == CardAnswer(CardStatus.CANCELLED, CardEnd.NEVER_OPENED)
    assert await card.made() == 0


async def test_money_that_comes_after_we_gave_up_is_recorded(card: CardPayment) -> None:
    acquirer_id = await card.opened()
    assert await card.close() == CardAnswer(CardStatus.CANCELLED, CardEnd.NOT_PAID_IN_TIME)
    assert await card.ask() == CardAnswer(CardStatus.CANCELLED, CardEnd.NOT_PAID_IN_TIME)
    await card.acquirer.pay(acquirer_id)
    assert await card.ask() == CardAnswer(CardStatus.PAID)
    assert len(card.payments) == 1


async def test_giving_up_a_paid_payment_changes_nothing(card: CardPayment) -> None:
    await card.acquirer.pay(await card.opened())
    await card.ask()
    assert await card.close() == CardAnswer(CardStatus.PAID)
    assert card.row.reason is None


async def test_a_payment_that_billing_wrote_first_is_not_written_twice(card: CardPayment) -> None:
    acquirer_id = await card.opened()
    await card.acquirer.pay(acquirer_id)
    number = card.request.invoice_number
    payment_id = card.books.payment(number, LICENCE_KOPECKS, acquirer_id=acquirer_id)
    assert await card.ask() == CardAnswer(CardStatus.PAID)
    assert [row.id for row in card.payments] == [card.row.payment_id] == [payment_id]


async def test_a_part_of_an_invoice_is_paid_by_its_lines_in_proportion(
    steps: CardPaymentActivities, acquirer: SandboxAcquirer, books: Books
) -> None:
    vat = Line(3_000_00, "support", {"vat_rate": "vat22"})
    number = books.invoice(vat, Line(1_000_00), paid=(2_000_00,))
    card = card_payment_of(steps, acquirer, books, number, 2_000_00)
    await acquirer.pay(await card.opened())
    await card.ask()
    items = card.row.asked["items"]
    assert [item["amount_kopecks"] for item in items] == [1_500_00, 500_00]
    assert [row.vat_rate for row in card.payments if row.id == card.row.payment_id] == [None]


VOID = {"voided_at": datetime(2026, 11, 21, tzinfo=UTC), "voided_by": "case", "void_reason": "нет"}


@pytest.mark.parametrize(
    ("invoice", "lines", "reason"),
    [
        ({"paid": (), **VOID}, 1, CardEnd.INVOICE_VOID),
        ({}, 1, CardEnd.INVOICE_PAID),
        ({"paid": ()}, MAX_RECEIPT_LINES + 1, CardEnd.TOO_MANY_LINES),
    ],
    ids=["void", "paid", "too many lines"],
)
async def test_an_invoice_that_takes_no_money_opens_no_page(
    invoice: dict[str, Any],
    lines: int,
    reason: CardEnd,
    steps: CardPaymentActivities,
    acquirer: SandboxAcquirer,
    books: Books,
) -> None:
    number = books.invoice(*[Line(100)] * lines, **invoice)
    card = card_payment_of(steps, acquirer, books, number, 100)
    assert await card.prepare() == CardAnswer(CardStatus.CANCELLED, reason)
    assert await card.ask() == CardAnswer(CardStatus.CANCELLED, reason)
    assert await card.made() == 0


async def test_an_acquirer_that_was_never_reached_is_tried_again(
    card: CardPayment, database: Database
) -> None:
    nobody = AcquirerGateway(DEAD_END, SHOP_ID, "secret")
    try:
        await card.prepare()
        lost = CardPaymentActivities(database, nobody, cabinet_url=CABINET_URL)
        with pytest.raises(AcquirerUnavailable):
            await ActivityEnvironment().run(lost.ask, card.request.order_id)
    finally:
        await nobody.aclose()
    assert card.row.status == CardStatus.PREPARED
    assert await card.ask() == CardAnswer(CardStatus.PENDING)


async def test_wrong_credentials_are_an_operators_matter(
    card: CardPayment, database: Database
) -> None:
    stranger = AcquirerGateway(card.acquirer.url, SHOP_ID, "guessed")
    try:
        await card.prepare()
        steps = CardPaymentActivities(database, stranger, cabinet_url=CABINET_URL)
        with pytest.raises(AcquirerCredentialsRefused):
            await ActivityEnvironment().run(steps.ask, card.request.order_id)
    finally:
        await stranger.aclose()
    assert card.row.status == CardStatus.PREPARED


async def test_a_payment_that_was_never_prepared_is_an_error(card: CardPayment) -> None:
    with pytest.raises(LookupError, match="no card payment"):
        await card.ask()


async def test_the_page_is_read_by_the_orders_id(card: CardPayment, database: Database) -> None:
    assert await card_payment.find(database, card.request.order_id) is None
    await card.opened()
    found = await card_payment.find(database, card.request.order_id)
    assert found is not None
    assert found.confirmation_url == card.row.confirmation_url
