"""The rows of docs/races.md about unpaid orders, in both orders, forced; and what time does."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from activities.banking.incoming_money import MoneyActivities
from activities.calendar.calendar import CalendarActivities
from activities.collection.signal_collections import signal_collections
from db.collection import letters, overdue
from domain.banking.statement_import import MoneyOutcome
from domain.calendar.bank_calendar import BankCalendar, moscow_date
from tests.books import Books
from tests.money import CLIENT_INN, NO_STATEMENT, STRANGER_INN, IncomingMoney
from tests.starter.broken_invariants import behind_the_back
from tests.starter.collection.overdue import may_be_written_to_now
from tests.workflows.case_under_test import eventually
from tests.workflows.collection_race import (
    ACCOUNTANT,
    CLIENT,
    MINUTE,
    OPERATOR,
    CollectionRace,
    RacedCollection,
)
from tests.workflows.race import outcome
from tests.workflows.status_race import race_of

SUM = 48_000_00

first_or_second = pytest.mark.parametrize("first", [True, False], ids=["first", "second"])


race = race_of(CollectionRace)


@pytest.fixture(scope="module")
def money(books: Books) -> IncomingMoney:
    return IncomingMoney(books)


async def test_silence_leads_up_the_ladder_to_the_claim_and_the_lawyer(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        await case.comes_to("claim_sent")
        sent_on = case.row.claim_sent_on
        assert moscow_date(case.wait_until) == sent_on + timedelta(days=31)
        await case.comes_to("legal")
    assert case.history == ["due", "checking", "contacted", "reminded", "claim_sent", "legal"]
    assert case.tones == ["first", "reminder", "firm", "claim"]
    assert case.told == ["staff_collection_legal"]
    days = [letter.day for letter in case.letters]
    assert sorted(set(days)) == days, "one letter a day"


@first_or_second
async def test_money_and_the_first_letter(race: CollectionRace, first: bool) -> None:
    """Money that is stored wins: no letter after it."""
    async with race.worker():
        case = await race.opened()
        while case.row.looks < 3:
            await case.goes_on()
    await case.to_the_brink()
    if first:
        case.pay(SUM)
        await case.over()
    else:
        await case.over()
    async with race.worker():
        if not first:
            await case.comes_to("contacted")
            case.pay(SUM)
            await case.learns_of_money()
        await case.until("paid")
        await case.ends()
    assert case.tones == ([] if first else ["first"])
    assert case.told == (["staff_collection_found"] if first else ["collection_paid"])


@pytest.mark.parametrize("first", ["check", "ladder", "neither"])
async def test_the_check_of_a_payment_and_the_first_letter(
    race: CollectionRace, money: IncomingMoney, first: str
) -> None:
    """Money that waited for a person and is sure by now: whoever looks first stores it, once."""
    case, entry = await told_of_late(race, money)
    if first == "ladder":
        await case.over()
        async with race.worker():
            await case.until("paid")
            await case.ends()
    checked = await race.check_begun(case.invoice)
    if first == "neither":
        await case.over()
    async with race.worker():
        outcome = await checked.result()
        await case.until("paid")
        await case.ends()
    assert (case.tones, money.allocations(entry)) == ([], [(case.invoice, SUM, False)])
    assert (money.paid(case.invoice), money.surplus(case.invoice)) == (SUM, 0)
    if first == "check":
        assert (outcome, case.told) == (MoneyOutcome(1, 0), [])
    elif first == "ladder":
        assert (outcome, case.told) == (MoneyOutcome(), ["staff_collection_found"])


async def told_of_late(race: CollectionRace, money: IncomingMoney) -> tuple[RacedCollection, UUID]:
    """A case just before its first letter, and the money that came from a payer whom nobody knew
    then, and an accountant knows now.
    """
    case = race.unopened(client={"inn": CLIENT_INN}, number=money.number())
    told = {"day": case.due_on, "counterparty_inn": STRANGER_INN}
    entry = money.entry(f"Счёт {case.invoice}", SUM, **told)
    await ActivityEnvironment().run(MoneyActivities(race.database).match, NO_STATEMENT)
    assert money.of(entry).hold_reason == "third_party"
    async with race.worker():
        await case.begin()
        while case.row.looks < 3:
            await case.goes_on()
    money.payer_known(case.client_id, STRANGER_INN)
    await case.to_the_brink()
    return case, entry


@first_or_second
async def test_money_and_the_claim(race: CollectionRace, first: bool) -> None:
    """Money that is stored wins: no claim after it, whoever sends it."""
    async with race.worker():
        case = await race.opened(client_id=may_be_written_to_now(race.books))
        await case.says("to_lawyer", reason="молчит")
    if first:
        case.pay(SUM)
    sent = await case.sent("send_claim", ACCOUNTANT, case.decision("send_claim"))
    async with race.worker():
        claimed = await outcome(sent)
        if not first:
            case.pay(SUM)
            await case.learns_of_money()
        await case.until("paid")
        await case.ends()
    assert claimed == ("collection_paid" if first else "claim_sent")
    assert case.tones == ([] if first else ["claim"])


@first_or_second
async def test_a_promise_and_a_payment(race: CollectionRace, first: bool) -> None:
    """The payment wins: an order that is paid is promised no more."""
    async with race.worker():
        case = await race.opened()
    day = moscow_date(datetime.now(UTC)) + timedelta(days=3)
    if first:
        case.pay(SUM)
    sent = await case.sent("promise_payment", CLIENT, case.decision("promise_payment", day=day))
    async with race.worker():
        promised = await outcome(sent)
        if not first:
            case.pay(SUM)
            await case.learns_of_money()
        await case.until("paid")
        await case.ends()
    assert promised == ("collection_paid" if first else "promised")
    assert case.row.promises == (0 if first else 1)


@first_or_second
async def test_a_promise_and_the_end_of_the_wait(race: CollectionRace, first: bool) -> None:
    """State, not the signal of the clock: the promise wins, and no letter leaves."""
    async with race.worker():
        case = await race.opened()
        while case.row.looks < 3:
            await case.goes_on()
    decision = case.decision("promise_payment", day=case.wait_until.date() + timedelta(days=2))
    await case.to_the_brink()
    if first:
        sent = await case.sent("promise_payment", CLIENT, decision)
        await case.over()
    else:
        await case.over()
        sent = await case.sent("promise_payment", CLIENT, decision)
    async with race.worker():
        assert await outcome(sent) == "promised"
    assert (case.status, case.tones) == ("promised", [])


async def test_a_broken_promise_is_followed_by_the_next_letter_at_once(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        await case.comes_to("contacted")
        day = moscow_date(case.row.changed_at) + timedelta(days=2)
        assert await case.says("promise_payment", CLIENT, day=day) == "promised"
        await case.comes_to("reminded")
    assert case.tones == ["first", "reminder"]
    assert case.told == ["collection_promised", "staff_collection_promise_broken"]


async def test_one_letter_speaks_of_all_that_a_client_owes(race: CollectionRace) -> None:
    async with race.worker():
        one = await race.opened()
        other = await race.opened(client_id=one.client_id, kopecks=12_000_00)
        await one.comes_to("contacted")
        await other.comes_to("contacted")
    assert [letter.id for letter in one.letters[:1]] == [letter.id for letter in other.letters[:1]]
    lines = race.books.rows(
        "SELECT debt_kopecks FROM collection_letter_lines WHERE letter_id = %(id)s"
        " ORDER BY debt_kopecks",
        id=one.letters[0].id,
    )
    assert [line.debt_kopecks for line in lines] == [12_000_00, SUM]


async def test_a_large_debt_goes_to_the_lawyer_instead_of_a_claim(race: CollectionRace) -> None:
    async with race.worker():
        case = await race.opened(kopecks=500_000_00)
        await case.comes_to("legal")
    assert case.tones == ["first", "reminder", "firm"]


@first_or_second
async def test_a_dispute_and_the_next_letter(race: CollectionRace, first: bool) -> None:
    """A dispute that is stored wins: no letter after it, until the first bank day after its end."""
    async with race.worker():
        case = await race.opened()
        await case.comes_to("contacted")
    if first:
        await case.to_the_brink()
        disputed(race.books, case)
        await case.over()
    async with race.worker():
        if not first:
            await case.comes_to("reminded")
            disputed(race.books, case)
            await case.approach(case.wait_until, -MINUTE)
        await eventually(case.is_held)
        written, held = case.tones, case.wait_until
        await case.goes_on()
        assert case.tones == written == (["first"] if first else ["first", "reminder"])
        behind_the_back(race.books, "UPDATE disputes SET status = 'closed', closed_at = now()")
        ended_on = moscow_date(held)
        await case.goes_on()
    assert case.tones == [*written, "reminder" if first else "firm"]
    assert case.letters[-1].day == bank_day_after(race.books, ended_on)


@first_or_second
async def test_a_change_of_the_calendar_and_the_next_letter(
    race: CollectionRace, first: bool
) -> None:
    """State, not the signal: a day off that is stored before a letter has none, told or not."""
    async with race.worker():
        case = await race.opened()
        await case.comes_to("contacted")
    before, day = case.wait_until, moscow_date(case.wait_until)
    with day_off(race.books, day):
        assert case.id in (await CalendarActivities(race.database).waiting_cases("")).case_ids
        await case.to_the_brink()
        if first:
            await case.handle.signal("calendar_changed")
        await case.over()
        if not first:
            await case.handle.signal("calendar_changed")
        async with race.worker():
            await eventually(lambda: _is(case.wait_until > before))
            assert (case.status, case.tones) == ("contacted", ["first"])
            await case.comes_to("reminded")
        assert case.letters[-1].day == bank_day_after(race.books, day)


async def test_money_of_one_debt_while_the_mail_is_down_leaves_it_out_of_the_letter(
    race: CollectionRace,
) -> None:
    """What has not left asks for what is owed when the money is stored, told to the case or not."""
    async with race.worker():
        case = await race.opened()
        other = await race.opened(client_id=case.client_id, kopecks=12_000_00)
        await case.comes_to("contacted")
        await other.comes_to("contacted")
    assert asked_for(case) == {case.invoice: SUM, other.invoice: 12_000_00}
    case.pay(SUM - 100)
    assert asked_for(case) == {case.invoice: 100, other.invoice: 12_000_00}
    case.pay(100)
    assert asked_for(case) == {other.invoice: 12_000_00}
    (letter,) = case.queued
    lines = await race.database.rows(letters.lines_of(UUID(letter.params["letter_id"])))
    assert [(one.invoice_number, one.debt_kopecks) for one in lines] == [(other.invoice, 12_000_00)]
    assert await race.database.rows(letters.of_case(case.id, 5)) == []
    other.pay(12_000_00)
    assert case.queued == []
    async with race.worker():
        for one in (case, other):
            await one.learns_of_money()
            await one.until("paid")
            await one.ends()


def asked_for(case: RacedCollection) -> dict[str, int]:
    """What the letter that has not left asks for, by invoice."""
    (letter,) = case.queued
    asked = {one["invoice_number"]: one["debt_kopecks"] for one in letter.params["debts"]}
    assert letter.params["debt_kopecks"] == sum(asked.values())
    return asked


async def test_a_claim_whose_debt_is_settled_before_it_leaves_does_not_leave(
    race: CollectionRace,
) -> None:
    """Though the letter names another debt: a claim that claims nothing is none."""
    async with race.worker():
        case = await race.opened(client_id=may_be_written_to_now(race.books))
        other = await race.opened(client_id=case.client_id, kopecks=12_000_00)
        await case.says("to_lawyer", reason="молчит")
        assert await case.says("send_claim") == "claim_sent"
        assert [one.template for one in case.queued] == ["collection_claim"]
        assert await case.says("settle_debt", reason="зачёт") == "settled"
        await case.ends()
    assert case.queued == []
    assert await race.database.rows(letters.of_case(other.id, 5)) == []


async def test_a_payment_that_is_taken_back_makes_the_order_due_again(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        payment_id = case.pay(SUM)
        await case.learns_of_money()
        await case.until("paid")
        await case.ends()
        race.books.put(
            "payment_reversals",
            payment_id=payment_id,
            reversed_by=ACCOUNTANT,
            reason="чужие деньги",
            reversed_at=datetime.now(UTC),
        )
        await case.begin()
        await case.until("due")
    assert case.history == ["due", "paid", "due"]


async def test_two_people_write_a_debt_off_and_one_cannot(race: CollectionRace) -> None:
    async with race.worker():
        case = await race.opened()
        await case.says("propose_write_off", reason="ликвидирован")
        own = case.decision("confirm_write_off")
        asked = asyncio.create_task(case.command("confirm_write_off", ACCOUNTANT, own))
        assert await outcome(asked) == "collection_write_off_by_one"
        assert await case.says("confirm_write_off", OPERATOR) == "written_off"
        await case.ends()


async def test_money_that_others_have_stored_is_told_to_its_case_once(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
    case.pay(SUM)
    async with race.worker():
        assert await signal_collections(race.client, race.database, race.queue) >= 1
        await case.until("paid")
        await case.ends()
    waiting = "SELECT FROM collection_outbox WHERE collection_id = %(id)s"
    assert race.books.rows(waiting, id=case.id) == []


async def test_the_round_begins_each_overdue_order_once_and_warns_once_of_the_last_day(
    race: CollectionRace,
) -> None:
    case = race.unopened()
    today = moscow_date(datetime.now(UTC))

    async def all_are_open() -> bool:
        return not await race.database.rows(overdue.uncollected(today, "", 1))

    async with race.worker():
        assert await race.rounded() >= 1
        await eventually(all_are_open)
        assert await race.rounded() == 0
        assert (case.status, case.told) == ("due", [])
    near = f"limitation_on = '{today + timedelta(days=20)}' WHERE id = '{case.id}'"
    behind_the_back(race.books, f"UPDATE collections SET {near}")  # noqa: S608
    async with race.worker():
        await race.rounded()
        await race.rounded()
    assert case.told == ["staff_collection_limitation"]


async def test_the_lawyer_is_reminded_and_operators_hear_of_a_time_that_is_over(
    race: CollectionRace,
) -> None:
    async with race.worker():
        case = await race.opened()
        assert await case.says("to_lawyer", reason="молчит") == "legal"
        await case.approach(case.wait_until, -MINUTE)

        async def is_late() -> bool:
            return "staff_collection_escalation" in case.told

        await eventually(is_late)
    reminders = ["staff_collection_reminder"] * 2
    assert case.told == ["staff_collection_legal", *reminders, "staff_collection_escalation"]
    assert case.status == "legal"


async def _is(so: bool) -> bool:
    return so


def bank_day_after(books: Books, day: date) -> date:
    """The first bank day after a day, by the calendar as it is now."""
    rows = books.rows("SELECT day, is_working FROM calendar_overrides")
    years = books.rows("SELECT year FROM calendar_years")
    overrides = {row.day: row.is_working for row in rows}
    return BankCalendar(overrides, frozenset(row.year for row in years)).add_bank_days(day, 1)


@contextmanager
def day_off(books: Books, day: date) -> Iterator[None]:
    """A bank day is declared a day off."""
    books.put(
        "calendar_overrides",
        day=day,
        is_working=False,
        reason="указ",
        author="orlov",
        created_at=datetime.now(UTC),
    )
    yield
    books.connection.execute("DELETE FROM calendar_overrides WHERE day = %s", [day])


def disputed(books: Books, case: RacedCollection) -> None:
    """An open dispute of an order, as its process stores it."""
    number, client = case.invoice, case.client_id
    key = {"id": f"dispute-{number}-1", "number": number, "client": client}
    with books.connection.transaction():
        books.connection.execute("SET LOCAL session_replication_role = replica")
        books.connection.execute(
            """INSERT INTO disputes (id, invoice_number, ordinal, client_id, opening_id, kind,
                   status, version, policy_version, stage_at, due_at, waiting_for, wait_until,
                   opened_at, changed_at)
               VALUES (%(id)s, %(number)s, 1, %(client)s, gen_random_uuid(), 'other', 'opened', 1,
                   1, now(), now(), 'accountant', now(), now(), now())""",
            key,
        )
