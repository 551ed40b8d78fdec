"""The steps of money that came in: taken once, held with the reason, allocated and undone."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import PAGE, MoneyActivities
from db.banking import entry_instruction
from db.database import Database
from domain.banking.incoming_money import (
    RECORDED_WITHIN_DAYS,
    EntryInstruction,
    EntrySettled,
    InstructionKind,
)
from domain.banking.matching import Share
from domain.banking.statement_import import MoneyOutcome
from tests.books import Books
from tests.money import BANK_DAY, NO_STATEMENT, PRICE_KOPECKS, STRANGER_INN, IncomingMoney

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def money(books: Books) -> IncomingMoney:
    return IncomingMoney(books)


@pytest.fixture
def steps(database: Database) -> MoneyActivities:
    return MoneyActivities(database)


async def matched(steps: MoneyActivities) -> MoneyOutcome:
    outcome: MoneyOutcome = await ActivityEnvironment().run(steps.match, NO_STATEMENT)
    return outcome


async def told(
    steps: MoneyActivities,
    database: Database,
    entry_id: UUID,
    kind: InstructionKind,
    *shares: Share,
    **written: Any,
) -> EntrySettled:
    """What came of a person's word."""
    instruction = await put_down(database, entry_id, kind, *shares, **written)
    return await steps.settle(instruction)


async def put_down(
    database: Database, entry_id: UUID, kind: InstructionKind, *shares: Share, **written: Any
) -> EntryInstruction:
    instruction_id = uuid4()
    async with database.transaction() as transaction:
        entry_instruction.put(
            transaction,
            instruction_id,
            entry_id,
            kind,
            shares=shares,
            reason="по письму клиента",
            by="kuznetsova",
            at=NOW,
            **written,
        )
    return EntryInstruction(str(instruction_id), str(entry_id), NOW)


async def test_money_that_names_its_invoice_pays_it_on_the_bank_s_day(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    number = money.invoice(number="2026-000117")
    entry = money.entry("Оплата по счёту № 2026-000117 от 05.11.2026, НДС не облагается")
    assert (await matched(steps)).taken == 1
    row = money.of(entry)
    assert (row.status, row.matched_as, row.decided_by) == ("matched", "payment", "system")
    assert money.allocations(entry) == [(number, PRICE_KOPECKS, False)]
    payment = money.books.row(
        "SELECT p.*, a.score, a.evidence FROM payments p JOIN allocations a"
        " ON a.payment_id = p.id WHERE p.invoice_number = %(n)s",
        n=number,
    )
    assert (payment.method, payment.amount_kopecks) == ("bank_transfer", PRICE_KOPECKS)
    assert payment.received_at.isoformat() == f"{BANK_DAY}T09:00:00+00:00"
    assert (payment.score, payment.evidence) == (100, ["number", "inn", "sum_exact"])
    assert money.paid(number) == PRICE_KOPECKS


async def test_the_words_of_a_statements_entries_are_noted_once_they_are_matched(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    """Only its own: another statement notes its entries itself."""
    entry = money.entry("Возмещение за ведёрко, ТН-7")
    noted = "SELECT words FROM bank_entry_words WHERE entry_id = %(id)s"
    await matched(steps)
    assert money.books.rows(noted, id=entry) == []
    statement = money.of(entry).statement_id
    for _ in range(2):
        await ActivityEnvironment().run(steps.match, str(statement))
        (row,) = money.books.rows(noted, id=entry)
    assert row.words == "возмещение за ведерко тн 7 ооо ромашка"


@pytest.mark.parametrize(
    ("purpose", "columns", "reason"),
    [
        ("Оплата за услуги, без НДС", {}, "number_missing"),
        ("Счёт 2026-000999", {}, "invoice_unknown"),
        ("Счёт {}", {"counterparty_inn": STRANGER_INN}, "third_party"),
        ("Возврат по счёту {}", {}, "return_suspected"),
    ],
)
async def test_what_does_not_agree_is_a_person_s_with_the_reason(
    steps: MoneyActivities,
    money: IncomingMoney,
    purpose: str,
    columns: dict[str, Any],
    reason: str,
) -> None:
    number = money.invoice()
    entry = money.entry(purpose.format(number), **columns)
    assert (await matched(steps)).taken == 0
    row = money.of(entry)
    assert (row.status, row.hold_reason, row.matched_as) == ("unmatched", reason, None)
    assert money.paid(number) == 0


async def test_one_transfer_pays_several_invoices(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    client = money.client("7702070139")
    numbers = [money.invoice(kopecks, client_id=client) for kopecks in (100_00, 250_00)]
    entry = money.entry(f"счета {numbers[0]} и {numbers[1]}", 350_00, counterparty_inn="7702070139")
    await matched(steps)
    expected = sorted(zip(numbers, (100_00, 250_00), (False, False), strict=True))
    assert money.allocations(entry) == expected


@pytest.mark.parametrize("paid", [PRICE_KOPECKS - 1, PRICE_KOPECKS + 1])
async def test_too_little_leaves_a_balance_and_too_much_is_held(
    steps: MoneyActivities, money: IncomingMoney, paid: int
) -> None:
    number = money.invoice()
    money.entry(f"Счёт {number}", paid)
    await matched(steps)
    assert money.paid(number) == paid
    assert money.surplus(number) == max(0, paid - PRICE_KOPECKS)


async def test_what_is_paid_twice_or_for_a_void_invoice_is_all_surplus(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    twice, void = money.invoice(), money.invoice()
    money.books.rows(
        "UPDATE invoices SET voided_at = now(), voided_by = 'buh', void_reason = 'cancelled'"
        " WHERE number = %(n)s RETURNING 1",
        n=void,
    )
    for number in (twice, twice, void):
        money.entry(f"Оплата счёта {number}")
    assert (await matched(steps)).taken == 3
    assert (money.surplus(twice), money.surplus(void)) == (PRICE_KOPECKS, PRICE_KOPECKS)


async def test_two_imports_at_once_take_money_once(
    database: Database, money: IncomingMoney
) -> None:
    numbers = [money.invoice() for _ in range(10)]
    for number in numbers:
        money.entry(f"Счёт {number}")
    both = [matched(MoneyActivities(database)) for _ in range(2)]
    taken = sum(outcome.taken for outcome in await asyncio.gather(*both))
    assert taken == len(numbers)
    assert {money.paid(number) for number in numbers} == {PRICE_KOPECKS}


async def test_a_step_that_runs_again_finds_its_work_done(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    number = money.invoice()
    money.entry(f"Счёт {number}")
    assert (await matched(steps)).taken == 1
    assert (await matched(steps)).taken == 0
    assert money.paid(number) == PRICE_KOPECKS


async def test_more_than_a_page_is_looked_at_whole(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    number = money.invoice(number="2026-004242")
    held = [money.entry("Пожертвование", 100, number=str(place)) for place in range(PAGE + 1)]
    last = money.entry("Счёт 2026-004242", day=BANK_DAY + timedelta(days=1))
    await matched(steps)
    assert {money.of(entry).hold_reason for entry in held} == {"number_missing"}
    assert money.allocations(last) == [(number, PRICE_KOPECKS, False)]


async def test_money_that_comes_before_its_invoice_is_taken_once_the_invoice_is_there(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    named = money.entry("Счёт 2026-007001")
    other = money.entry("Счёт 2026-007002")
    assert await matched(steps) == MoneyOutcome(0, 2)
    assert {money.of(one).hold_reason for one in (named, other)} == {"invoice_unknown"}
    number = money.invoice(number="2026-007001")
    assert await matched(steps) == MoneyOutcome(1, 0)
    assert money.allocations(named) == [(number, PRICE_KOPECKS, False)]
    assert await matched(steps) == MoneyOutcome(0, 0)


async def test_money_that_a_person_has_put_aside_is_not_looked_at_for_a_new_invoice(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    entry = money.entry("Счёт 2026-008001")
    await matched(steps)
    money.books.rows(
        "UPDATE bank_entries SET status = 'ignored', decided_by = 'kuznetsova',"
        " decided_at = now(), reason = 'не наше' WHERE id = %(id)s RETURNING 1",
        id=entry,
    )
    money.invoice(number="2026-008001")
    assert await matched(steps) == MoneyOutcome(0, 0)
    assert money.of(entry).status == "ignored"


async def test_a_transfer_that_billing_wrote_already_is_the_same_money(
    steps: MoneyActivities, money: IncomingMoney
) -> None:
    number = money.invoice()
    billed = transfer(money, number, PRICE_KOPECKS, days=-2)
    entry, second = (money.entry(f"Счёт {number}", number=str(place)) for place in (1, 2))
    await matched(steps)
    links = {is_link for one in (entry, second) for _, _, is_link in money.allocations(one)}
    assert links == {True, False}
    assert money.books.row(
        "SELECT is_link FROM allocations WHERE payment_id = %(id)s", id=billed
    ).is_link
    assert money.paid(number) == 2 * PRICE_KOPECKS
    assert money.surplus(number) == PRICE_KOPECKS


@pytest.mark.parametrize(
    ("billed", "days", "hold", "is_linked"),
    [
        (PRICE_KOPECKS - 100, 0, "recorded_by_billing", None),
        (PRICE_KOPECKS, -RECORDED_WITHIN_DAYS - 1, None, False),
        (PRICE_KOPECKS, RECORDED_WITHIN_DAYS, None, True),
    ],
)
async def test_what_billing_wrote_counts_by_its_sum_and_its_day(
    steps: MoneyActivities,
    money: IncomingMoney,
    billed: int,
    days: int,
    hold: str | None,
    is_linked: bool | None,
) -> None:
    number = money.invoice()
    transfer(money, number, billed, days)
    entry = money.entry(f"Счёт {number}")
    await matched(steps)
    assert money.of(entry).hold_reason == hold
    linked = [link for _, _, link in money.allocations(entry)]
    assert linked == ([] if is_linked is None else [is_linked])


async def test_a_word_on_billing_s_transfers_is_about_those_that_it_names(
    steps: MoneyActivities, money: IncomingMoney, database: Database
) -> None:
    number = money.invoice()
    entry = money.entry(f"Счёт {number}")
    known = transfer(money, number, PRICE_KOPECKS - 100, 0)
    share = Share(number, PRICE_KOPECKS)
    word = await put_down(database, entry, InstructionKind.ALLOCATE, share, besides=[known])
    transfer(money, number, 100, RECORDED_WITHIN_DAYS)
    assert (await steps.settle(word)).refusal == "shares_beside_billing"
    assert (money.allocations(entry), money.surplus(number)) == ([], 0)
    both = [known, transfer(money, number, 200, 0)]
    other = await put_down(database, entry, InstructionKind.ALLOCATE, share, besides=both)
    assert (await steps.settle(other)).refusal == "shares_beside_billing"
    all_of_them = money.books.rows("SELECT id FROM payments WHERE invoice_number = %(n)s", n=number)
    last = await put_down(
        database,
        entry,
        InstructionKind.ALLOCATE,
        share,
        besides=[row.id for row in all_of_them],
    )
    assert (await steps.settle(last)).refusal is None
    assert money.paid(number) == 2 * PRICE_KOPECKS + 200


def transfer(money: IncomingMoney, number: str, kopecks: int, days: int) -> str:
    """A bank transfer that the billing system wrote so many days from the bank's day."""
    payment_id = uuid4().hex
    money.books.put(
        "payments",
        id=payment_id,
        invoice_number=number,
        method="bank_transfer",
        amount_kopecks=kopecks,
        received_at=datetime(*BANK_DAY.timetuple()[:3], 9, tzinfo=UTC) + timedelta(days=days),
    )
    return payment_id


async def test_a_person_allocates_a_stranger_s_money_and_it_is_known_from_then_on(
    steps: MoneyActivities, money: IncomingMoney, database: Database
) -> None:
    number = money.invoice()
    stranger: dict[str, Any] = {
        "counterparty_inn": "7712345678",
        "counterparty_name": "ООО «Дочка»",
    }
    entry = money.entry(f"За ООО Ромашка, счёт {number}", **stranger)
    await matched(steps)
    share = Share(number, PRICE_KOPECKS)
    settled = await told(
        steps, database, entry, InstructionKind.ALLOCATE, share, remembers_payer=True
    )
    assert settled == EntrySettled()
    assert money.allocations(entry) == [(number, PRICE_KOPECKS, False)]
    row = money.of(entry)
    assert (row.decided_by, row.reason) == ("kuznetsova", "по письму клиента")
    client = money.books.row("SELECT client_id FROM invoices WHERE number = %(n)s", n=number)
    another = money.invoice(client_id=client.client_id)
    later = money.entry(f"Счёт {another}", **stranger)
    await matched(steps)
    assert money.allocations(later) == [(another, PRICE_KOPECKS, False)]


async def test_a_person_s_word_is_carried_out_once(
    steps: MoneyActivities, money: IncomingMoney, database: Database
) -> None:
    number = money.invoice()
    entry = money.entry("Без номера")
    share = Share(number, PRICE_KOPECKS)
    first = await put_down(database, entry, InstructionKind.ALLOCATE, share)
    second = await put_down(database, entry, InstructionKind.ALLOCATE, share)
    assert await steps.settle(first) == await steps.settle(first) == EntrySettled()
    assert (await steps.settle(second)).refusal == "bank_entry_matched"
    assert money.paid(number) == PRICE_KOPECKS


async def test_undoing_takes_the_money_back_and_leaves_the_entry_to_people(
    steps: MoneyActivities, money: IncomingMoney, database: Database
) -> None:
    number, right = money.invoice(), money.invoice()
    entry = money.entry(f"Счёт {number}")
    await matched(steps)
    before = balance(money, number)
    assert await told(steps, database, entry, InstructionKind.UNDO) == EntrySettled()
    assert (money.paid(number), balance(money, number)) == (0, before - PRICE_KOPECKS)
    row = money.of(entry)
    assert (row.status, row.needs_person, row.hold_reason) == ("unmatched", True, "undone")
    assert (await matched(steps)).taken == 0
    share = Share(right, PRICE_KOPECKS)
    assert await told(steps, database, entry, InstructionKind.ALLOCATE, share) == EntrySettled()
    assert (money.paid(number), money.paid(right)) == (0, PRICE_KOPECKS)
    assert await told(steps, database, entry, InstructionKind.UNDO) == EntrySettled()
    assert (money.paid(number), money.paid(right)) == (0, 0)


async def test_undoing_a_link_leaves_what_billing_wrote(
    steps: MoneyActivities, money: IncomingMoney, database: Database
) -> None:
    number = money.invoice()
    transfer(money, number, PRICE_KOPECKS, days=0)
    entry = money.entry(f"Счёт {number}")
    await matched(steps)
    assert await told(steps, database, entry, InstructionKind.UNDO) == EntrySettled()
    assert (money.paid(number), money.allocations(entry)) == (PRICE_KOPECKS, [])
    share = Share(number, PRICE_KOPECKS)
    assert await told(steps, database, entry, InstructionKind.ALLOCATE, share) == EntrySettled()
    assert money.allocations(entry) == [(number, PRICE_KOPECKS, True)]


async def test_what_is_not_allocated_cannot_be_undone(
    steps: MoneyActivities, money: IncomingMoney, database: Database
) -> None:
    entry = money.entry("Без номера")
    settled = await told(steps, database, entry, InstructionKind.UNDO)
    assert settled.refusal == "bank_entry_not_allocated"


def balance(money: IncomingMoney, number: str) -> int:
    row = money.books.row("SELECT balance_of('invoice/' || %(n)s) AS kopecks", n=number)
    return int(row.kopecks)
