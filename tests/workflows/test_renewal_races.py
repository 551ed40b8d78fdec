"""The rows of docs/races.md about renewals: each pair in both orders, forced, with its winner."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import WorkflowEnvironment

from activities.banking.incoming_money import MoneyActivities
from activities.refund import RefundActivities
from activities.renewal import RenewalActivities
from db.billing import payment
from db.database import Database
from domain.banking.incoming_money import EntrySettled, InstructionKind
from domain.banking.matching import Share
from domain.billing.invoice import PaymentMethod
from domain.calendar.bank_calendar import ONE_DAY, moscow_date
from domain.card.card_payment import CardPaymentRequest, card_payment_workflow_id
from domain.payout.payout import PayoutStatus
from domain.refund.refund import Opening, RefundKind
from domain.renewal.renewal import RenewalChange, RenewalOpening, next_request
from gateways.acquirer import AcquirerGateway
from tests.activities.banking.test_incoming_money_steps import matched, put_down
from tests.activities.walk import opened as refund_opened
from tests.gateways.sandbox_acquirer import SandboxAcquirer
from tests.money import CLIENT_INN, IncomingMoney
from tests.patience import PATIENCE_SECONDS
from tests.renewal_books import PRICE_KOPECKS, RenewalBooks
from tests.workflows.case_under_test import eventually, product_client
from tests.workflows.race import kinds, outcome, outcomes
from tests.workflows.renewal_race import MINUTE, Held, RacedRenewal, RenewalRace
from workflows.card_payment import ACQUIRER_SAID, CardPaymentWorkflow

NOT_ALLOWED = "not_allowed_in_status"
HALF = PRICE_KOPECKS // 2
PAGE_GIVEN_UP = timedelta(days=5)
"""After so long nobody looks at the acquirer's page any more."""
BIGGER_KOPECKS = 2 * PRICE_KOPECKS
REMINDERS = {"renewal_payment_reminder", "renewal_balance_reminder"}

STORING = (
    "INSERT INTO payments (id, invoice_number, method, amount_kopecks, received_at)"
    " VALUES (%(id)s, %(number)s, 'bank_transfer', %(amount)s, now())"
)
"""Holds the invoice: its money is being stored."""
CLIENT = "SELECT FROM clients WHERE id = %(id)s FOR UPDATE"
"""Stops whoever writes to the client, when all that is judged by is locked."""

SUBSCRIPTION = "SELECT FROM subscriptions WHERE id = %(id)s FOR UPDATE"
"""Stops whoever stores a case of the subscription, when it has read what it is opened by."""
CASE = "SELECT FROM renewals WHERE id = %(id)s FOR UPDATE"
"""Stops whoever has stored money of the case's invoice, and every step of the case."""

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])
told_or_not = pytest.mark.parametrize("told", ["first", "second", "never"])
"""When the case is told of the money that is stored: before the other thing, after it, or never."""


@pytest_asyncio.fixture
async def race(
    temporal_env: WorkflowEnvironment,
    database_url: str,
    books: RenewalBooks,
    acquirer: SandboxAcquirer,
    gateway: AcquirerGateway,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[RenewalRace]:
    """Whoever waits for a row that a race holds keeps its place in the line: it would lose it by
    the product's time-outs while a busy machine brings the next one.
    """
    for limit in ("LOCK_TIMEOUT_MS", "STATEMENT_TIMEOUT_MS"):
        monkeypatch.setattr(f"db.database.{limit}", int(PATIENCE_SECONDS * 1000))
    client = product_client(temporal_env)
    async with Database(database_url, answer_seconds=PATIENCE_SECONDS) as database:
        race = RenewalRace(temporal_env, client, database, books, acquirer, gateway)
        yield race
        for case in race.cases:
            await case.end()


@pytest.fixture(scope="module")
def money(books: RenewalBooks) -> IncomingMoney:
    return IncomingMoney(books)


@asynccontextmanager
async def storing(race: RenewalRace, number: str) -> AsyncIterator[Held]:
    """The whole money of an invoice is being stored: the invoice is held."""
    payment = {"id": uuid4().hex, "number": number, "amount": PRICE_KOPECKS}
    async with race.held(STORING, **payment) as held:
        yield held


def today() -> date:
    return moscow_date(datetime.now(UTC))


def following(case: RacedRenewal) -> date:
    return case.ends_on + ONE_DAY


# The money and the clock.


@pytest.mark.parametrize("state", ["checking_payment", "lapsed"])
@told_or_not
async def test_payment_and_the_end_of_the_check_or_of_the_grace(
    told: str, state: str, race: RenewalRace
) -> None:
    """In one moment, or stored while nobody tells: the money wins."""
    async with race.worker():
        case = await (race.lapsed() if state == "lapsed" else race.checking())
        await case.approach(case.wait_until)
    if told == "first":
        await case.to_the_brink()
    await case.pay()
    if told == "first":
        await race.tell()
    await case.over()
    if told == "second":
        await race.tell()
    async with race.worker():
        await eventually(lambda: _goes_on(case))
    so_far = ["watching", "awaiting_payment", "checking_payment", "lapsed"]
    assert case.history[: case.history.index("paid")] == so_far[: so_far.index(state) + 1]
    assert "renewal_closed" not in case.letters
    assert ("renewal_lapsed" in case.letters) == (state == "lapsed")
    assert [first for first, _ in case.next_terms] == [following(case)]


@told_or_not
async def test_payment_and_the_end_of_the_term(told: str, race: RenewalRace) -> None:
    """Not even a fresh statement is asked for."""
    async with race.worker():
        case = await race.ordered()
        await case.approach(case.expires_at)
    if told == "first":
        await case.to_the_brink()
    await case.pay()
    if told == "first":
        await race.tell()
    await case.over()
    if told == "second":
        await race.tell()
    async with race.worker():
        await eventually(lambda: _goes_on(case))
    assert case.history[1:3] == ["awaiting_payment", "paid"]
    assert "staff_statement_needed" not in case.letters
    assert [first for first, _ in case.next_terms] == [following(case)]


async def _goes_on(case: RacedRenewal) -> bool:
    """Whether the next term has been stored, begun or not."""
    return bool(case.next_terms)


@pytest.mark.parametrize("state", ["lapsed", "closed"])
async def test_payment_after_the_expiry_takes_the_case_up_again(
    state: str, race: RenewalRace
) -> None:
    """Money of a day on which the service went on continues the term; a run that ended goes on."""
    async with race.worker():
        case = await (race.lapsed() if state == "lapsed" else race.closed())
        await case.pay(day=case.ends_on + 2 * ONE_DAY)
        await race.tell()
        await eventually(lambda: _goes_on(case))
    assert case.history.count("paid") == 1
    assert [first for first, _ in case.next_terms] == [following(case)]


# The money and the client.


@told_or_not
async def test_payment_and_cancellation(told: str, race: RenewalRace) -> None:
    """Money that is stored is looked at first, told of or not: that is a refund's matter."""
    async with race.worker():
        case = await race.ordered()
    number = case.number
    await case.pay()
    if told == "first":
        await race.tell()
    answer = await case.sends("cancel_order")
    if told == "second":
        await race.tell()
    async with race.worker():
        assert await outcome(answer) == ("order_paid" if told == "never" else NOT_ALLOWED)
        await race.tell()
        await case.until("paid")
    assert case.invoice(number).voided_at is None
    assert "renewal_cancelled" not in case.letters


async def test_cancellation_before_the_payment(race: RenewalRace) -> None:
    """The invoice is void; what still comes is held as a surplus, and sells no term."""
    async with race.worker():
        case = await race.ordered()
        number = case.number
        await case.says("cancel_order")
        await case.pay(number=number)
        await race.tell()
        await eventually(case.rests)
    invoice = case.invoice(number)
    assert (invoice.surplus_kopecks, invoice.held) == (PRICE_KOPECKS, PRICE_KOPECKS)
    assert (case.status, case.next_terms) == ("watching", [])


@first_or_second
@pytest.mark.parametrize("command", ["cancel_order", "order"])
async def test_part_of_the_money_and_the_end_of_its_order(
    command: str, first: bool, race: RenewalRace
) -> None:
    """Cancelled, or replaced in the grace: a part is a surplus, and its client hears so once."""
    async with race.worker():
        case = await (race.lapsed() if command == "order" else race.ordered())
    number = case.number
    if first:
        await case.pay(HALF)
    async with race.worker():
        await case.says(command, case.order() if command == "order" else None)
        if not first:
            await case.pay(HALF, number=number)
        await race.tells_clients_too()
    assert case.invoice(number).held == HALF
    assert surplus_letters(race, number) == [HALF]


def surplus_letters(race: RenewalRace, number: str) -> list[int]:
    """The sums that the client of an invoice was told to be held."""
    rows = race.books.rows(
        "SELECT params FROM notifications WHERE template = 'money_surplus_held'"
        " AND channel = 'inbox' AND params ->> 'invoice_number' = %(n)s",
        n=number,
    )
    return [row.params["amount_kopecks"] for row in rows]


@first_or_second
async def test_payment_and_cancellation_while_either_is_being_stored(
    first: bool, race: RenewalRace
) -> None:
    """Whoever has locked the invoice first; the other sees what came of it."""
    async with race.worker():
        case = await race.ordered()
        number = case.number
        if first:
            async with race.held(
                STORING, id=uuid4().hex, number=number, amount=PRICE_KOPECKS
            ) as money:
                answer = case.asks("cancel_order")
                await money.holds_up(1)
                money.let_go()
                assert await outcome(answer) == "order_paid"
        else:
            async with race.held(CLIENT, id=case.client_id) as client:
                answer = case.asks("cancel_order")
                await client.holds_up(1)
                money_comes = race.stores(number)
                await client.holds_up(2)
                client.let_go()
                assert await outcome(answer) == "watching"
                await money_comes
    invoice = case.invoice(number)
    assert invoice.paid_kopecks == PRICE_KOPECKS
    assert invoice.surplus_kopecks == (0 if first else PRICE_KOPECKS)


# Two payments.


@first_or_second
async def test_two_payments_of_one_invoice(first: bool, race: RenewalRace) -> None:
    """In one moment, or the second when the first has made the term: one term, one surplus."""
    async with race.worker():
        case = await race.ordered()
    number = case.number
    await case.pay()
    if first:
        await case.pay()
    await race.tell()
    async with race.worker():
        await case.until("paid")
        if not first:
            await case.pay()
            await race.tell()
            await eventually(case.rests)
    assert (case.invoice(number).surplus_kopecks, case.invoice(number).held) == (
        PRICE_KOPECKS,
        PRICE_KOPECKS,
    )
    assert len(case.next_terms) == 1
    assert case.letters.count("renewal_paid") == 1


@first_or_second
async def test_two_parts_of_one_invoice(first: bool, race: RenewalRace) -> None:
    """In one moment nobody is asked for a rest that is there; otherwise once, for that rest."""
    async with race.worker():
        case = await race.ordered()
        if not first:
            await case.pay(HALF)
            await race.tell()
            await eventually(lambda: _is_told(case, "renewal_part_paid"))
    if first:
        await case.pay(HALF)
        await race.tell()
    await case.pay(HALF)
    await race.tell()
    async with race.worker():
        await case.until("paid")
    assert case.letters.count("renewal_part_paid") == (0 if first else 1)
    assert len(case.next_terms) == 1


async def test_two_payments_while_either_is_being_stored(race: RenewalRace) -> None:
    """The second waits for the first, and none is lost."""
    async with race.worker():
        case = await race.ordered()
        number = case.number
        async with storing(race, number) as one:
            other = race.stores(number)
            await one.holds_up(1)
            one.let_go()
            await other
        await race.tell()
        await case.until("paid")
    invoice = case.invoice(number)
    assert (invoice.paid_kopecks, invoice.held) == (2 * PRICE_KOPECKS, PRICE_KOPECKS)
    assert len(case.next_terms) == 1


@first_or_second
async def test_two_cases_of_one_subscription_that_are_paid_at_once(
    first: bool, race: RenewalRace
) -> None:
    """Whoever has locked the subscription first sells the next term, the other the one after it."""
    async with race.worker():
        case = await race.ordered()
        other = race.case(race.books.renewal_request(case.request.subscription_id))
        await other.says("order", other.order())
        for one in (case, other):
            await one.pay()
        one, two = (case, other) if first else (other, case)
        async with race.held(CLIENT, id=case.client_id) as held:
            await one.looks()
            await held.holds_up(1)
            await two.looks()
            await held.holds_up(2)
            held.let_go()
        await one.until("paid")
        await two.until("paid")
    (starts, ends), (starts_after, _) = case.next_terms
    assert (starts, starts_after) == (following(case), ends + ONE_DAY)
    assert case.wait_until < other.wait_until if first else other.wait_until < case.wait_until


async def _is_told(case: RacedRenewal, letter: str) -> bool:
    return letter in case.letters


# Orders.


@first_or_second
async def test_renewal_and_upgrade(first: bool, race: RenewalRace) -> None:
    """Two orders in one moment: the first; the other hears that one is open. The running term is
    left as it is.
    """
    async with race.worker():
        case = await race.watching()
    running = race.books.terms_of(case.request.subscription_id)
    papers = [case.order(), bigger(case)]
    wanted = papers if first else papers[::-1]
    answers = [await case.sends("order", one) for one in wanted]
    async with race.worker():
        assert await outcomes(answers) == ["awaiting_payment", "order_open"]
    assert str(case.row.order_id) == wanted[0]
    price = PRICE_KOPECKS if first else BIGGER_KOPECKS
    assert case.invoice(case.number).total_kopecks == price
    assert race.books.terms_of(case.request.subscription_id) == running


@pytest.mark.parametrize("told", ["first", "second", "never", "afterwards"])
async def test_payment_of_a_renewal_and_an_upgrade_in_its_place(
    told: str, race: RenewalRace
) -> None:
    """In the grace an order takes an unpaid one's place. Money that is stored wins; what comes for
    the replaced invoice is a surplus.
    """
    async with race.worker():
        case = await race.lapsed()
    number = case.number
    if told != "afterwards":
        await case.pay()
    if told == "first":
        await race.tell()
    answer = await case.sends("order", bigger(case))
    if told == "second":
        await race.tell()
    async with race.worker():
        heard = await outcome(answer)
        if told == "afterwards":
            await case.pay(number=number)
        await race.tell()
        await eventually(case.rests)
    if told == "afterwards":
        assert (heard, case.status) == ("awaiting_payment", "awaiting_payment")
        assert case.invoice(number).held == PRICE_KOPECKS
        assert case.next_terms == []
    else:
        assert heard == ("order_paid" if told == "never" else NOT_ALLOWED)
        assert case.invoice(number).held == 0
        assert [first for first, _ in case.next_terms] == [following(case)]


def bigger(case: RacedRenewal) -> str:
    """An order of the next bigger tariff; its id."""
    tariff = case.race.books.tariff("1000", units=1000)
    return case.order(offer="bigger", tariff_code=tariff, units=1000, price_kopecks=BIGGER_KOPECKS)


@first_or_second
async def test_order_and_the_end_of_the_term_in_one_moment(first: bool, race: RenewalRace) -> None:
    """Whoever orders with the last second has come in time: nothing lapses."""
    async with race.worker():
        case = await race.watching()
        await case.approach(case.expires_at)
    if first:
        await case.to_the_brink()
        answer = await case.sends("order", case.order())
        await case.over()
    else:
        await case.over()
        answer = await case.sends("order", case.order())
    async with race.worker():
        assert await outcome(answer) == "awaiting_payment"
    assert case.history == ["watching", "awaiting_payment"]


@first_or_second
async def test_price_change_and_an_order(first: bool, race: RenewalRace) -> None:
    """The price that the client agreed to stands, before the invoice is issued and after it."""
    async with race.worker():
        case = await race.watching()
        paper = case.order(tariff_code=race.books.tariff("250"))
        if first:
            _raise_price(race, "250")
        await case.says("order", paper)
        if not first:
            _raise_price(race, "250")
        number = case.number
        await case.pay()
        await race.tell()
        await case.until("paid")
    invoice = case.invoice(number)
    assert (invoice.total_kopecks, invoice.surplus_kopecks) == (PRICE_KOPECKS, 0)


def _raise_price(race: RenewalRace, tariff: str) -> None:
    known = race.books.rows("SELECT FROM tariff_prices WHERE tariff_code = %(t)s", t=tariff)
    race.books.put(
        "tariff_prices",
        tariff_code=tariff,
        version=len(known) + 1,
        price_kopecks=2 * PRICE_KOPECKS,
        valid_from=today() + len(known) * ONE_DAY,
        author="orlov",
        created_at=datetime.now(UTC),
    )


# The running term is refunded.


@first_or_second
async def test_refund_of_the_running_term_and_an_order(first: bool, race: RenewalRace) -> None:
    """The order stands either way; its term begins with the payment, not before the refund."""
    async with race.worker():
        case = await race.watching()
    await case.stop_term(today())
    if first:
        await case.looks()
    answer = await case.sends("order", case.order())
    if not first:
        await case.looks()
    async with race.worker():
        assert await outcome(answer) == "awaiting_payment"
        await case.pay()
        await race.tell()
        await eventually(lambda: _goes_on(case))
    assert case.history.count("awaiting_payment") == 1
    assert [first for first, _ in case.next_terms] == [today()]


@first_or_second
async def test_refund_of_the_running_term_and_the_payment_of_the_next(
    first: bool, race: RenewalRace
) -> None:
    """A next term that is stored keeps its days; one that is not begins with its payment."""
    async with race.worker():
        case = await race.ordered()
        if first:
            await case.stop_term(today())
            await case.looks()
            await eventually(case.rests)
        await case.pay()
        await race.tell()
        await eventually(lambda: _goes_on(case))
        if not first:
            await case.stop_term(today())
            await case.looks()
            await eventually(case.rests)
    assert [starts for starts, _ in case.next_terms] == [today() if first else following(case)]
    assert case.history.count("paid") == 1


# Reminders and claims.


@told_or_not
async def test_reminder_and_payment(told: str, race: RenewalRace) -> None:
    """Nobody is reminded of what is paid, told of or not."""
    async with race.worker():
        case = await race.ordered()
    if told == "first":
        await case.to_the_brink()
    await case.pay()
    if told == "first":
        await race.tell()
    await case.over()
    if told == "second":
        await race.tell()
    async with race.worker():
        if told == "never":
            await eventually(lambda: _has_taken_the_timer(case))
            assert case.status == "awaiting_payment"
            await race.tell()
        await case.until("paid")
    assert not REMINDERS & {*case.letters}


async def test_reminder_before_the_payment(race: RenewalRace) -> None:
    """One that was due was right; what is paid after it is reminded of no more."""
    async with race.worker():
        case = await race.ordered()
    await case.over()
    async with race.worker():
        await eventually(lambda: _is_told(case, "renewal_payment_reminder"))
        await case.pay()
        await race.tell()
        await case.until("paid")
        await case.approach(case.expires_at)
    assert [one for one in case.letters if one in REMINDERS] == ["renewal_payment_reminder"]


async def _has_taken_the_timer(case: RacedRenewal) -> bool:
    """Whether a worker has done what the last timer led to."""
    return (await kinds(case.handle))[-1] == "TIMER_STARTED"


@told_or_not
async def test_claim_and_payment(told: str, race: RenewalRace) -> None:
    """Money that is there is not on its way: the claim is refused, and no accountant is asked."""
    async with race.worker():
        case = await race.ordered()
    claim = race.books.claim(case.id)
    await case.pay()
    if told == "first":
        await race.tell()
    answer = await case.sends("claim_payment", claim)
    if told == "second":
        await race.tell()
    async with race.worker():
        assert await outcome(answer) == ("order_paid" if told == "never" else NOT_ALLOWED)
        await race.tell()
        await case.until("paid")
    assert not {"renewal_claimed", "staff_payment_claimed"} & {*case.letters}


async def test_claim_before_the_payment(race: RenewalRace) -> None:
    """What was claimed has come: nobody waits for it any longer."""
    async with race.worker():
        case = await race.ordered()
        await case.says("claim_payment", race.books.claim(case.id))
        await case.pay()
        await race.tell()
        await case.until("paid")
    assert case.row.claimed_until is None


# Payments by card.


@first_or_second
async def test_card_payment_and_cancellation(first: bool, race: RenewalRace) -> None:
    """What we have recorded wins. What the acquirer has and we have not heard of does not: a last
    look finds it, and it is held as a surplus.
    """
    async with race.worker():
        case = await race.ordered(method="bank_card")
        number = case.number
        page = await opened_page(case)
        if first:
            await paid_on(page, case)
            await case.until("paid")
            assert await outcome(case.asks("cancel_order")) == NOT_ALLOWED
        else:
            await race.acquirer.pay(page.acquirer_payment_id)
            assert await outcome(case.asks("cancel_order")) == "watching"
            await eventually(lambda: _is_recorded(case))
    invoice = case.invoice(number)
    assert invoice.paid_kopecks == PRICE_KOPECKS
    assert invoice.held == (0 if first else PRICE_KOPECKS)
    assert case.status == ("paid" if first else "watching")


@first_or_second
async def test_card_payment_and_expiry(first: bool, race: RenewalRace) -> None:
    """By a page that we had given up: the acquirer's word comes with the end of the check, or after
    it. The next term follows without a gap.
    """
    async with race.worker():
        case = await race.ordered(method="bank_card")
        page = await opened_page(case)
        await case.pass_time(card_of(case), PAGE_GIVEN_UP)
        await eventually(lambda: _is_told(case, "renewal_card_refused"))
        await case.approach(case.expires_at, -MINUTE)
        await case.until("checking_payment")
        await case.approach(case.wait_until)
    if first:
        await case.to_the_brink()
        await paid_on(page, case)
    await case.over()
    async with race.worker():
        if not first:
            await case.until("lapsed")
            await paid_on(page, case)
        await eventually(lambda: _goes_on(case))
    assert [first_day for first_day, _ in case.next_terms] == [following(case)]
    assert case.history.count("paid") == 1
    assert "closed" not in case.history


async def paid_on(page: Any, case: RacedRenewal) -> None:
    """The client pays on a page, and the acquirer says so, as its webhook does."""
    await case.race.acquirer.pay(page.acquirer_payment_id)
    await case.race.client.start_workflow(
        CardPaymentWorkflow.run,
        CardPaymentRequest(str(page.order_id), page.invoice_number, page.amount_kopecks),
        id=card_payment_workflow_id(str(page.order_id)),
        task_queue=case.race.queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=ACQUIRER_SAID,
    )


def card_of(case: RacedRenewal) -> WorkflowHandle[Any, Any]:
    """The process of the order's payment by card."""
    process = card_payment_workflow_id(str(_page(case).order_id))
    return case.race.client.get_workflow_handle(process)


def _page(case: RacedRenewal) -> Any:
    return case.race.books.row(
        "SELECT p.* FROM card_payments p JOIN orders o ON o.id = p.order_id"
        " WHERE o.renewal_id = %(id)s",
        id=case.id,
    )


async def opened_page(case: RacedRenewal) -> Any:
    """The page of the order, once the client could pay on it."""

    async def is_open() -> bool:
        rows = case.race.books.rows(
            "SELECT p.confirmation_url FROM card_payments p JOIN orders o ON o.id = p.order_id"
            " WHERE o.renewal_id = %(id)s",
            id=case.id,
        )
        return bool(rows) and rows[0].confirmation_url is not None

    await eventually(is_open)
    return _page(case)


async def _is_recorded(case: RacedRenewal) -> bool:
    return bool(_page(case).status == "paid")


# What a person undoes.


@told_or_not
async def test_undo_and_the_beginning_of_the_term(told: str, race: RenewalRace) -> None:
    """A term whose money is gone does not begin, heard of or not."""
    async with race.worker():
        case = await race.ordered()
        payment = await case.pay()
        await race.tell()
        await case.until("paid")
        await case.approach(case.row.wait_until)
    if told == "first":
        await case.to_the_brink()
    await asyncio.to_thread(race.books.undone, payment)
    if told == "first":
        await race.tell()
    await case.over()
    if told == "second":
        await race.tell()
    async with race.worker():
        await case.until("lapsed")
    assert case.next_terms == []
    assert case.history[-2:] == ["paid", "lapsed"]
    assert "renewal_payment_reversed" in case.letters


@first_or_second
async def test_undo_and_the_beginning_of_the_term_while_either_is_being_stored(
    first: bool, race: RenewalRace, money: IncomingMoney
) -> None:
    """Whoever has locked the invoice first. A term that has begun is ended by the undo, and the
    case that watches it with it; the order waits for its money again.
    """
    steps = MoneyActivities(race.database)
    async with race.worker():
        case = await race.ordered()
        entry = await taken(steps, money, case)
        await race.tell()
        await case.until("paid")
        await case.approach(case.wait_until)
    undoing = await put_down(race.database, entry, InstructionKind.UNDO)
    await case.over()
    async with held_half_way(case, paying=first) as held:
        if first:
            undone = asyncio.create_task(steps.settle(undoing))
            await held.holds_up(1)
        async with race.worker():
            await held.holds_up(2 if first else 1)
            if not first:
                undone = asyncio.create_task(steps.settle(undoing))
                await held.holds_up(2)
            held.let_go()
            assert await undone == EntrySettled()
            await race.tell()
            await eventually(lambda: _has_ended(case, first))
    assert case.history[-1] == ("lapsed" if first else "awaiting_payment")


async def test_undo_and_the_case_that_begins_to_watch_the_term(
    race: RenewalRace, money: IncomingMoney
) -> None:
    """The case of the next term is being stored when that term is stopped: it was read before, and
    is told after all.
    """
    steps, renewals = MoneyActivities(race.database), RenewalActivities(race.database)
    async with race.worker():
        case = await race.ordered()
        entry = await taken(steps, money, case)
        await race.tell()
        await case.until("paid")
    now = datetime.now(UTC)
    begun = await renewals.begin(RenewalChange(case.id, case.row.version + 1, now))
    assert begun.next_term is not None
    request = next_request(case.request, begun.next_term)
    undoing = await put_down(race.database, entry, InstructionKind.UNDO)
    async with race.held(SUBSCRIPTION, id=request.subscription_id) as held:
        opening = asyncio.create_task(renewals.open(RenewalOpening(request, now)))
        await held.holds_up(1)
        undone = asyncio.create_task(steps.settle(undoing))
        await eventually(lambda: _waits_or_is_done(held, undone))
        held.let_go()
        assert (await opening).status == "watching"
        assert await undone == EntrySettled()
    sql = "SELECT FROM recheck_outbox WHERE renewal_id = %(id)s"
    assert len(race.books.rows(sql, id=request.renewal_id)) == 1


async def _waits_or_is_done(held: Held, task: "asyncio.Task[EntrySettled]") -> bool:
    return task.done() or held.waiting == 2


@asynccontextmanager
async def held_half_way(case: RacedRenewal, *, paying: bool) -> AsyncIterator[Held]:
    """Stops whoever changes what the invoice is paid by, or else whoever writes to the client: with
    the invoice locked.
    """
    locking, key = (CASE, case.id) if paying else (CLIENT, case.client_id)
    async with case.race.held(locking, id=key) as held:
        yield held


async def _has_ended(case: RacedRenewal, withdrawn: bool) -> bool:
    """Whether the next term was withdrawn; or stopped, the case that watches it ended, and its
    order waits again.
    """
    if withdrawn:
        return case.status == "lapsed" and case.next_terms == []
    if case.status != "awaiting_payment":
        return False
    rows = case.race.books.rows(
        "SELECT r.status, t.stopped_on FROM renewals r JOIN terms t ON t.id = r.term_id"
        " WHERE r.subscription_id = %(s)s AND r.id <> %(id)s",
        s=case.request.subscription_id,
        id=case.id,
    )
    return [tuple(row) for row in rows] == [("closed", following(case))]


@first_or_second
async def test_refund_of_the_coming_term_and_its_beginning_while_either_is_being_stored(
    first: bool, race: RenewalRace
) -> None:
    """Whoever has locked the term first: it does not begin, or it ends on its first day."""
    async with race.worker():
        case = await race.ordered()
        number = case.number
        await case.pay()
        await race.tell()
        await case.until("paid")
        await case.approach(case.wait_until)
    refund = await refund_opened(race.database, race.books, number)
    await refund.signed()
    await refund.accepted()
    await refund.settled(PayoutStatus.PAID)
    await case.over()
    async with race.held(CLIENT, id=case.client_id) as held:
        if first:
            completing = asyncio.create_task(refund.completed())
            await held.holds_up(1)
        async with race.worker():
            await held.holds_up(2 if first else 1)
            if not first:
                completing = asyncio.create_task(refund.completed())
                await held.holds_up(2)
            held.let_go()
            await completing
            await case.until("lapsed" if first else "renewed")
    term = race.books.row("SELECT * FROM terms WHERE invoice_number = %(n)s", n=number)
    assert (term.withdrawn_at is not None) == first
    assert term.stopped_on == (None if first else following(case))


@first_or_second
async def test_undo_and_the_refund_of_the_surplus(
    first: bool, race: RenewalRace, money: IncomingMoney
) -> None:
    """Whoever has locked the invoice first: what was undone is nothing to refund, and what is
    promised to the client stays.
    """
    steps, refund = MoneyActivities(race.database), RefundActivities(race.database)
    async with race.worker():
        case = await race.ordered()
        number = case.number
        entry = await taken(steps, money, case)
        await taken(steps, money, case)
        await race.tell()
        await case.until("paid")
    undoing = await put_down(race.database, entry, InstructionKind.UNDO)
    opening = Opening(race.books.request(number, kind=RefundKind.SURPLUS), datetime.now(UTC))
    async with race.held(
        CASE if first else CLIENT, id=case.id if first else case.client_id
    ) as held:
        if first:
            undone = asyncio.create_task(steps.settle(undoing))
            await held.holds_up(1)
            opened = asyncio.create_task(refund.open(opening))
        else:
            opened = asyncio.create_task(refund.open(opening))
            await held.holds_up(1)
            undone = asyncio.create_task(steps.settle(undoing))
        await held.holds_up(2)
        held.let_go()
        settled, result = await undone, await opened
    assert settled.refusal == (None if first else "money_promised")
    assert result.refusal == ("nothing_to_refund" if first else None)
    assert money.surplus(number) == (0 if first else PRICE_KOPECKS)


@first_or_second
async def test_a_person_s_allocation_and_the_import_s_matching(
    first: bool, race: RenewalRace, money: IncomingMoney
) -> None:
    """Whoever has locked the entry first; the other leaves it alone, and money is stored once."""
    steps = MoneyActivities(race.database)
    async with race.worker():
        case = await race.ordered()
    number = case.number
    entry = _entry(money, case)
    share = Share(number, PRICE_KOPECKS)
    word = await put_down(race.database, entry, InstructionKind.ALLOCATE, share)
    async with race.held(CASE, id=case.id) as held:
        if first:
            person = asyncio.create_task(steps.settle(word))
            await held.holds_up(1)
            system = asyncio.create_task(matched(steps))
        else:
            system = asyncio.create_task(matched(steps))
            await held.holds_up(1)
            person = asyncio.create_task(steps.settle(word))
        await held.holds_up(2)
        held.let_go()
        settled, outcome_of_import = await person, await system
    assert settled.refusal == (None if first else "bank_entry_matched")
    assert outcome_of_import.taken == (0 if first else 1)
    assert money.of(entry).decided_by == ("kuznetsova" if first else "system")
    assert money.paid(number) == PRICE_KOPECKS


@first_or_second
async def test_a_person_s_allocation_and_a_transfer_that_billing_writes(
    first: bool, race: RenewalRace, money: IncomingMoney
) -> None:
    """Whoever has locked the invoice first; the other is refused, and nothing is paid twice."""
    steps = MoneyActivities(race.database)
    async with race.worker():
        case = await race.ordered()
    number = case.number
    entry = _entry(money, case)
    share = Share(number, PRICE_KOPECKS)
    word = await put_down(race.database, entry, InstructionKind.ALLOCATE, share)
    writing = payment.put(race.database, uuid4().hex, _transfer(number, PRICE_KOPECKS - 1))
    async with race.held(CASE, id=case.id) as held:
        if first:
            person = asyncio.create_task(steps.settle(word))
            await held.holds_up(1)
            billing = asyncio.create_task(writing)
        else:
            billing = asyncio.create_task(writing)
            await held.holds_up(1)
            person = asyncio.create_task(steps.settle(word))
        await held.holds_up(2)
        held.let_go()
        settled, written = await asyncio.gather(person, billing, return_exceptions=True)
    assert isinstance(settled, EntrySettled)
    assert settled.refusal == (None if first else "shares_beside_billing")
    assert isinstance(written, payment.PaymentFromBank) == first
    assert money.paid(number) == PRICE_KOPECKS - (0 if first else 1)
    assert money.surplus(number) == 0


def _transfer(number: str, kopecks: int) -> dict[str, Any]:
    """What billing writes of a transfer of today."""
    return {
        "invoice_number": number,
        "method": PaymentMethod.BANK_TRANSFER,
        "acquirer_payment_id": None,
        "amount_kopecks": kopecks,
        "vat_rate": None,
        "received_at": datetime.now(UTC),
        "besides": [],
    }


def _entry(money: IncomingMoney, case: RacedRenewal) -> UUID:
    """The whole money of the open invoice, as its client's bank sent it."""
    inn = {"inn": CLIENT_INN, "id": case.client_id}
    money.books.connection.execute("UPDATE clients SET inn = %(inn)s WHERE id = %(id)s", inn)
    return money.entry(f"Оплата по счёту {case.number}", PRICE_KOPECKS, day=today())


async def taken(steps: MoneyActivities, money: IncomingMoney, case: RacedRenewal) -> UUID:
    """An entry that has paid the open invoice."""
    entry = _entry(money, case)
    assert (await matched(steps)).taken == 1
    return entry


# A case that has ended.


@pytest.mark.parametrize("told", ["first", "second", "never", "afterwards"])
async def test_money_for_a_closed_case_and_a_new_order(told: str, race: RenewalRace) -> None:
    """Money that is stored makes the term that was ordered first, and a new order is refused. What
    comes after a new order is a surplus.
    """
    async with race.worker():
        case = await race.closed()
    number = case.number
    if told != "afterwards":
        await case.pay()
    if told == "first":
        await race.tell()
    answer = await case.sends("order", case.order())
    if told == "second":
        await race.tell()
    async with race.worker():
        heard = await outcome(answer)
        if told == "afterwards":
            await case.pay(number=number)
        await race.tell()
        await eventually(case.rests)
    if told == "afterwards":
        assert (heard, case.status) == ("awaiting_payment", "awaiting_payment")
        assert case.invoice(number).held == PRICE_KOPECKS
    else:
        assert heard == ("order_paid" if told == "never" else NOT_ALLOWED)
        assert case.history.count("paid") == 1
        assert len(case.next_terms) == 1


# The calendar.


@pytest.mark.parametrize("said", ["first", "second", "with other news"])
async def test_calendar_change_and_the_end_of_the_check(said: str, race: RenewalRace) -> None:
    """A change that was stored before the end moves it, whatever else is heard with it."""
    async with race.worker():
        case = await race.checking()
        before = case.wait_until
        await case.approach(before)
    async with day_off(race, moscow_date(before) - ONE_DAY):
        if said == "first":
            await case.to_the_brink()
            await case.handle.signal("calendar_changed")
        await case.over()
        if said == "with other news":
            await case.looks()
        if said != "first":
            await case.handle.signal("calendar_changed")
        async with race.worker():
            await eventually(lambda: _has_moved(case, before))
    assert case.history[-1] == "checking_payment"


async def _has_moved(case: RacedRenewal, before: datetime) -> bool:
    return case.wait_until > before


async def test_calendar_change_after_the_check(race: RenewalRace) -> None:
    """What has lapsed has lapsed."""
    async with race.worker():
        case = await race.lapsed()
        row = case.row
        async with day_off(race, moscow_date(row.changed_at) - ONE_DAY):
            await case.handle.signal("calendar_changed")
            await eventually(case.rests)
    assert case.row == row


@asynccontextmanager
async def day_off(race: RenewalRace, day: date) -> AsyncIterator[None]:
    """A bank day is declared a day off."""
    race.books.put(
        "calendar_overrides",
        day=day,
        is_working=False,
        reason="указ",
        author="orlov",
        created_at=datetime.now(UTC),
    )
    yield
    race.books.connection.execute("DELETE FROM calendar_overrides WHERE day = %s", [day])
