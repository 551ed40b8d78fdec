"""The steps of incoming money: matching, a person's allocation, undoing; waiting cases are
signalled.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from uuid import UUID

import structlog
from temporalio import activity

from activities.case.alive import alive
from activities.collection.signal_collections import signal_collections
from activities.renewal.signal_renewals import signal_renewals
from db.banking import allocation, bank_statement, entry_instruction, entry_words
from db.banking import incoming_money as money_in
from db.banking.bank_entry import After
from db.banking.incoming_money import Held
from db.billing import surplus
from db.database import ConstraintBroken, Database
from db.facts import load, together
from domain.banking.candidates import EntryToMatch, InvoiceCandidates, JudgedEntry, judged
from domain.banking.incoming_money import (
    EntryInstruction,
    EntryRefusal,
    EntrySettled,
    InstructionKind,
    Notified,
)
from domain.banking.matching import keys_in
from domain.banking.statement_import import MoneyOutcome
from domain.banking.transitions import (
    ActiveAllocation,
    Allocated,
    IncomingMoney,
    Instruction,
    PaidTerm,
    Undone,
    allocate,
    is_decided,
    take,
    undo,
)

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


@dataclass(frozen=True)
class TakeFacts:
    """An entry to be allocated automatically, and its candidate invoices, all locked."""

    entry: IncomingMoney
    found: InvoiceCandidates


@dataclass(frozen=True)
class SettleFacts:
    """What a person's decision is judged by, read behind the lock of its entry."""

    entry: IncomingMoney
    instruction: Instruction
    is_carried_out: bool
    active: Sequence[ActiveAllocation]
    found: InvoiceCandidates
    terms: Sequence[PaidTerm]


class MoneyActivities:
    """Steps of incoming money; each may run twice and then repeats nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @activity.defn(name="money.match")
    async def match(self, statement_id: str) -> MoneyOutcome:
        """Allocates entries that name an invoice and come from its payer; holds the others for a
        person.

        A held entry is matched again when an invoice that it names is newer than it. At last the
        words that the statement's entries are found by are noted: no money waits for them.
        """
        outcome = await self._each(partial(money_in.waiting, self._database))
        while invoices := await money_in.not_rematched(self._database, PAGE):
            keys = {row.matching_key for row in invoices} - {""}
            outcome += await self._each(partial(money_in.held_entries_by_key, self._database, keys))
            await money_in.mark_rematched(self._database, [row.number for row in invoices])
        async with alive():
            await entry_words.note(self._database, UUID(statement_id))
        await bank_statement.note_matched(self._database, UUID(statement_id), datetime.now(UTC))
        log.info("money.matched", statement_id=statement_id, taken=outcome.taken, held=outcome.held)
        return outcome

    @activity.defn(name="money.look_for")
    async def look_for(self, invoice_number: str) -> MoneyOutcome:
        """Judges held entries anew whose purpose may name an invoice; what is sure is stored, and
        the cases that wait for it are signalled.
        """
        keys = await money_in.keys_of(self._database, invoice_number)
        async with alive():
            outcome = await self._each(partial(money_in.held_entries_by_key, self._database, keys))
        if outcome.taken:
            await self.signal_renewals(invoice_number)
        return outcome

    @activity.defn(name="money.settle")
    async def settle(self, instruction: EntryInstruction) -> EntrySettled:
        """Carries out a person's instruction once, or returns why it is refused."""
        try:
            return await self._settle(instruction)
        except ConstraintBroken as broken:
            if broken.constraint not in PROMISED:
                raise
            return EntrySettled(EntryRefusal.MONEY_PROMISED)

    @activity.defn(name="money.signal_renewals")
    async def signal_renewals(self, after: str) -> Notified:
        """Signals every case whose money has changed to recheck it, and notifies clients of
        surpluses.

        `after` is the id of what stored the money; earlier surpluses not notified yet are included.
        """
        queue = activity.info().task_queue
        async with alive():
            cases = await signal_renewals(activity.client(), self._database, queue)
            cases += await signal_collections(activity.client(), self._database, queue)
            surpluses = await self._notify_of_surpluses()
        log.info("money.signalled", after=after, cases=cases, surpluses=surpluses)
        return Notified(cases, surpluses)

    async def _notify_of_surpluses(self) -> int:
        notified = 0
        while numbers := await surplus.unnotified(self._database, SURPLUSES):
            for number in numbers:
                notified += await surplus.notify(self._database, number, datetime.now(UTC))
        return notified

    # Matching.

    async def _each(
        self, following: Callable[[After, int], Awaitable[list[EntryToMatch]]]
    ) -> MoneyOutcome:
        """Processes entries page by page."""
        after, outcome = BEFORE_ALL, MoneyOutcome()
        while page := await following(after, PAGE):
            outcome += await self._look_at(page)
            after = (page[-1].money.day, page[-1].id)
            activity.heartbeat()
        return outcome

    async def _look_at(self, page: Sequence[EntryToMatch]) -> MoneyOutcome:
        held: list[Held] = []
        taken = 0
        for one in await self._judged(page):
            again = one if one.hold is not None else await self._take(one)
            if again is not None and again.hold is not None:
                held.append(Held(again.entry.id, again.hold, again.verdict.score, again.keys))
            taken += again is not None and again.hold is None
        if held:
            await money_in.hold(self._database, held)
        return MoneyOutcome(taken, len(held))

    async def _judged(self, page: Sequence[EntryToMatch]) -> list[JudgedEntry]:
        """Judges a page of entries. When its payers have too many invoices, the page is halved; a
        single entry that still has too many is held.
        """
        keys = [keys_in(one.money.purpose) for one in page]
        inns = [one.money.payer_inn for one in page if one.money.payer_inn is not None]
        found = await money_in.find(self._database, frozenset().union(*keys), inns)
        if not found.is_whole and len(page) > 1:
            middle = len(page) // 2
            return [*await self._judged(page[:middle]), *await self._judged(page[middle:])]
        return [
            judged(one, found, found.numbers_for(one.money.payer_inn, named), named)
            for one, named in zip(page, keys, strict=True)
        ]

    async def _take(self, one: JudgedEntry) -> JudgedEntry | None:
        """Judges again with the invoices locked and stores the result in one transaction; None when
        somebody decided about the entry meanwhile.
        """
        async with self._database.transaction() as transaction:
            locked = await load(
                transaction,
                together(
                    TakeFacts,
                    allocation.entry_locked(one.entry.id),
                    money_in.candidates(one.numbers, locked=True),
                ),
            )
            if is_decided(locked.entry):
                return None
            again = judged(one.entry, locked.found, one.numbers, one.keys)
            made = take(locked.entry, again, locked.found)
            if made is not None:
                allocation.allocate(transaction, locked.entry, made, datetime.now(UTC))
        return again

    # A person's decision.

    async def _settle(self, instruction: EntryInstruction) -> EntrySettled:
        instruction_id, entry_id = UUID(instruction.instruction_id), UUID(instruction.entry_id)
        async with self._database.transaction() as transaction:
            locked = await load(
                transaction,
                together(
                    SettleFacts,
                    allocation.entry_locked(entry_id),
                    entry_instruction.one(instruction_id),
                    entry_instruction.is_carried_out(instruction_id),
                    allocation.active(entry_id),
                    money_in.candidates_of(instruction_id, entry_id),
                    allocation.terms_of(entry_id),
                ),
            )
            if locked.is_carried_out:
                return EntrySettled()
            made = _judged_instruction(locked, instruction.at)
            if isinstance(made, EntrySettled):
                return made
            if isinstance(made, Allocated):
                allocation.allocate(transaction, locked.entry, made, instruction.at)
            else:
                allocation.undo(transaction, locked.entry, made, instruction.at)
            return EntrySettled()


def _judged_instruction(locked: SettleFacts, at: datetime) -> Allocated | Undone | EntrySettled:
    if locked.instruction.kind is InstructionKind.ALLOCATE:
        return allocate(locked.entry, locked.instruction, locked.found)
    return undo(
        locked.entry, locked.instruction, locked.active, locked.found.facts, locked.terms, at
    )
