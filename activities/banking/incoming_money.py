"""The steps of incoming money: matched, allocated by a person, undone; waiting cases signalled."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

import structlog
from temporalio import activity

from activities.case.alive import alive
from activities.renewal.signal_renewals import signal_renewals
from db.banking import (
    allocation,
    bank_entry,
    entry_instruction,
    known_payer,
)
from db.banking import (
    incoming_money as money_in,
)
from db.banking.bank_entry import After
from db.banking.incoming_money import Held, InvoiceCandidates
from db.banking.judged_entry import Judged, judged
from db.billing import surplus
from db.database import ConstraintBroken, Database, Row, Transaction
from domain.banking.incoming_money import (
    EntryInstruction,
    EntryRefusal,
    EntrySettled,
    InstructionKind,
    Notified,
    planned_allocations,
    transfers_beside,
)
from domain.banking.matching import keys_in
from domain.banking.statement_import import EntryStatus, MatchedAs, MoneyOutcome
from domain.calendar.bank_calendar import moscow_date

PAGE = 200
"""Entries looked at between two heartbeats."""
SURPLUSES = 100
"""Invoices with a surplus to notify of that are read at once."""
BEFORE_ALL: After = (date.min, UUID(int=0))

PROMISED = frozenset(
    {
        "ledger_never_overdrawn",
        "promised_at_most_paid",
        "surplus_is_not_for_lines",
        "surplus_promised_at_most_surplus",
    }
)
"""Rules that keep money in place which is on its way back to its client."""

log = structlog.get_logger()


class EntryMoved(Exception):  # noqa: N818  the name says what is the matter
    """Somebody undid or allocated the entry between a look at it and its lock: look again."""


class MoneyActivities:
    """Steps of money that came in; each may run twice, and then finds its own work done."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="money.match")
    async def match(self, statement_id: str) -> MoneyOutcome:
        """Takes the money that names its invoice and comes from its payer; holds the rest.

        Held money is looked at again when an invoice that it names is newer than it.
        """
        outcome = await self._each(partial(money_in.waiting, self._database))
        while invoices := await money_in.not_rematched(self._database, PAGE):
            keys = {row.matching_key for row in invoices} - {""}
            outcome += await self._each(partial(money_in.held_entries_by_key, self._database, keys))
            await money_in.mark_rematched(self._database, [row.number for row in invoices])
        log.info("money.matched", statement_id=statement_id, taken=outcome.taken, held=outcome.held)
        return outcome

    @activity.defn(name="money.settle")
    async def settle(self, instruction: EntryInstruction) -> EntrySettled:
        """Carries a person's decision on an entry out, once; or says why it cannot be."""
        try:
            return await self._settle(instruction)
        except ConstraintBroken as broken:
            if broken.constraint not in PROMISED:
                raise
            return EntrySettled(EntryRefusal.MONEY_PROMISED)

    @activity.defn(name="money.signal_renewals")
    async def signal_renewals(self, after: str) -> Notified:
        """Has every case recheck whose money came or went, and notifies clients of new surpluses.

        `after` is the id of what stored the money; older surpluses that wait for their notification
        go with it.
        """
        queue = activity.info().task_queue
        async with alive():
            cases = await signal_renewals(activity.client(), self._database, queue)
            surpluses = await self._notify_of_surpluses()
        log.info("money.told", after=after, cases=cases, surpluses=surpluses)
        return Notified(cases, surpluses)

    async def _notify_of_surpluses(self) -> int:
        notified = 0
        while numbers := await surplus.unnotified(self._database, SURPLUSES):
            for number in numbers:
                notified += await surplus.notify(self._database, number, datetime.now(UTC))
        return notified

    # Matching.

    async def _each(self, following: Callable[[After, int], Awaitable[list[Row]]]) -> MoneyOutcome:
        """Looks at entries page by page."""
        after, outcome = BEFORE_ALL, MoneyOutcome()
        while page := await following(after, PAGE):
            outcome += await self._look_at(page)
            after = (page[-1].day, page[-1].id)
            activity.heartbeat()
        return outcome

    async def _look_at(self, page: Sequence[Row]) -> MoneyOutcome:
        held: list[Held] = []
        taken = 0
        for one in await self._judged(page):
            again = one if one.hold is not None else await self._take(one)
            if again is not None and again.hold is not None:
                held.append(Held(again.row.id, again.hold, again.verdict.score, again.keys))
            taken += again is not None and again.hold is None
        if held:
            await money_in.hold(self._database, held)
        return MoneyOutcome(taken, len(held))

    async def _judged(self, page: Sequence[Row]) -> list[Judged]:
        """A page whose payers have too many invoices is judged in halves, and held at the end."""
        keys = [keys_in(row.purpose) for row in page]
        inns = {row.counterparty_inn for row in page} - {None}
        found = await money_in.find(self._database, frozenset().union(*keys), inns)
        if not found.is_whole and len(page) > 1:
            middle = len(page) // 2
            return [*await self._judged(page[:middle]), *await self._judged(page[middle:])]
        return [
            judged(row, found, found.numbers_for(row.counterparty_inn, named), named)
            for row, named in zip(page, keys, strict=True)
        ]

    async def _take(self, one: Judged) -> Judged | None:
        """Judges again with the invoices locked, and stores what comes of it in one transaction;
        None when somebody decided about the entry before.
        """
        now = datetime.now(UTC)
        async with self._database.transaction() as transaction:
            (entry,), (earlier,), *facts = await transaction.read(
                bank_entry.one(one.row.id, locked=True),
                allocation.earlier(one.row.id),
                *money_in.facts(one.numbers, locked=True),
            )
            if entry.status != EntryStatus.UNMATCHED or entry.needs_person:
                return None
            found = money_in.found_from(*facts)
            again = judged(one.row, found, one.numbers, one.keys)
            if again.hold is None:
                made = planned_allocations(
                    entry.id, entry.day, again.verdict.shares, found.recorded, earlier.count
                )
                allocation.allocate(
                    transaction,
                    entry,
                    made,
                    score=again.verdict.score,
                    evidence=again.verdict.evidence,
                    at=now,
                )
        return again

    # A person's decision.

    async def _settle(self, instruction: EntryInstruction) -> EntrySettled:
        instruction_id, entry_id = UUID(instruction.instruction_id), UUID(instruction.entry_id)
        (written,), before = await self._database.read(
            entry_instruction.one(instruction_id), allocation.active(entry_id)
        )
        shares = entry_instruction.shares_in(written) or before
        numbers = sorted({one.invoice_number for one in shares})
        async with self._database.transaction() as transaction:
            done, (entry,), (earlier,), active, *facts, terms = await transaction.read(
                entry_instruction.carried_out(instruction_id),
                bank_entry.one(entry_id, locked=True),
                allocation.earlier(entry_id),
                allocation.active(entry_id),
                *money_in.facts(numbers, locked=True),
                allocation.terms_of(numbers),
            )
            if done:
                return EntrySettled()
            if written.kind == InstructionKind.ALLOCATE:
                found = money_in.found_from(*facts)
                return _allocate(transaction, entry, written, found, earlier.count, instruction.at)
            if {one.id for one in active} != {one.id for one in before}:
                raise EntryMoved(instruction.entry_id)
            return _undo(transaction, entry, written, active, terms, facts[0], instruction.at)


def _allocate(
    transaction: Transaction,
    entry: Row,
    written: Row,
    found: InvoiceCandidates,
    earlier: int,
    at: datetime,
) -> EntrySettled:
    if entry.status == EntryStatus.MATCHED:
        return EntrySettled(EntryRefusal.MATCHED)
    shares = entry_instruction.shares_in(written)
    if set(transfers_beside(entry.day, shares, found.recorded)) - set(written.besides):
        return EntrySettled(EntryRefusal.BESIDE_BILLING)
    made = planned_allocations(entry.id, entry.day, shares, found.recorded, earlier)
    allocation.allocate(transaction, entry, made, score=0, evidence=(), at=at, instruction=written)
    if written.remembers_payer:
        for client_id in sorted({row.client_id for row in found.rows}):
            known_payer.remember(transaction, client_id, entry, written.written_by, at)
    return EntrySettled()


def _undo(
    transaction: Transaction,
    entry: Row,
    written: Row,
    active: Sequence[Row],
    terms: Sequence[Row],
    invoices: Sequence[Row],
    at: datetime,
) -> EntrySettled:
    if entry.matched_as != MatchedAs.PAYMENT:
        return EntrySettled(EntryRefusal.NOT_ALLOCATED)
    today = moscow_date(at)
    unpaid = _unpaid_without(active, invoices)
    unpaid_terms = [one for one in terms if one.invoice_number in unpaid]
    if any(one.ends_on < today for one in unpaid_terms):
        return EntrySettled(EntryRefusal.TERM_SERVED)
    allocation.undo(transaction, entry, active, written, at)
    for one in unpaid_terms:
        allocation.stop_term(transaction, one.id, max(one.starts_on, today))
    return EntrySettled()


def _unpaid_without(active: Sequence[Row], invoices: Sequence[Row]) -> frozenset[str]:
    """The invoices that are not paid in full any more when these allocations are gone."""
    return frozenset(
        row.number
        for row in invoices
        if row.paid_kopecks - _brought(active, row.number) < row.total_kopecks
    )


def _brought(active: Sequence[Row], number: str) -> int:
    brought = (one for one in active if not one.is_link and one.invoice_number == number)
    return sum(one.amount_kopecks for one in brought)
