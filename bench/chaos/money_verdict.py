"""What must be true of the money for renewals, by the sandboxes' own books, and of their terms."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from temporalio.client import Client

from bench.chaos.our_books import OurBooks
from bench.chaos.transfers import Sent
from bench.chaos.verdict import unlike_its_process
from domain.access.roles import Role
from domain.banking.statement_import import EntryStatus, MatchedAs
from domain.notification.notification import NotificationChannel
from domain.renewal.notices import renewal_notices
from domain.renewal.renewal import Ending, RenewalStatus

PEOPLE = (Role.CLIENT, Role.ACCOUNTANT, Role.BANK)
"""Whom a renewal may wait for. In `paid` it is the calendar, until the first day of a term."""

_ENTRIES = """
SELECT e.id, e.number, e.amount_kopecks, e.status, e.matched_as, e.hold_reason,
       array_agg(a.invoice_number) FILTER (WHERE a.id IS NOT NULL) AS invoices,
       coalesce(sum(a.amount_kopecks), 0) AS allocated_kopecks
FROM bank_entries e LEFT JOIN allocations a ON a.entry_id = e.id AND a.undone_at IS NULL
WHERE e.direction = 'in' AND e.number = ANY(%(numbers)s) GROUP BY e.id
"""
_INVOICES = """
SELECT i.number, i.total_kopecks, i.paid_kopecks, i.surplus_kopecks, i.voided_at IS NULL AS stands,
       (SELECT count(*) FROM terms t WHERE t.invoice_number = i.number AND t.withdrawn_at IS NULL
           AND t.stop_reason IS DISTINCT FROM 'unpaid')
           AS terms
FROM invoices i JOIN issued_invoices own ON own.invoice_number = i.number
"""
_BY_CARD = """
SELECT c.acquirer_payment_id AS id, p.amount_kopecks, c.invoice_number
FROM card_payments c JOIN payments p ON p.id = c.payment_id
"""
_TERMS = """
SELECT subscription_id, starts_on, coalesce(stopped_on - 1, ends_on) AS ends_on FROM terms
WHERE withdrawn_at IS NULL ORDER BY subscription_id, starts_on
"""
_UNFOLLOWED = """
SELECT r.id FROM renewals r LEFT JOIN renewals n ON n.term_id = r.next_term_id
WHERE r.status = 'renewed' AND n.id IS NULL
"""
_CHANGES = "SELECT renewal_id, number, to_status, reason FROM renewal_history"
_TOLD = "SELECT case_id, occasion, role, template, channel FROM notifications"


@dataclass(frozen=True)
class MoneyIn:
    """The money that came in for renewals. `entries` counts the bank's by what became of them."""

    entries: Counter[str]
    came_kopecks: int
    cards: int
    card_kopecks: int
    surpluses: int
    surplus_kopecks: int
    differences: Sequence[str]


async def money_in(
    ours: OurBooks,
    bank: Mapping[str, Any],
    cards: Sequence[Mapping[str, Any]],
    sent: Mapping[str, Sent],
    resolved: set[str],
) -> MoneyIn:
    """Every kopeck that came is matched, held as a surplus, or waits for a person by name.

    `cards` are the acquirer's payments by its page that succeeded.
    """
    entries = await ours.rows(_ENTRIES, numbers=list(sent))
    came = [one for one in bank["incoming"] if one["number"] in sent]
    by_card = await ours.rows(_BY_CARD)
    invoices = await ours.rows(_INVOICES)
    wrong = [
        *(what for entry in entries for what in _misjudged(entry, sent[entry.number])),
        *_unlike_cards(cards, by_card),
        *_unpaid(invoices, came, by_card, sent),
        *(what for invoice in invoices for what in _without_its_term(invoice)),
    ]
    held = [one.surplus_kopecks for one in invoices if one.surplus_kopecks]
    return MoneyIn(
        entries=Counter(_what_became(entry, resolved) for entry in entries),
        came_kopecks=sum(one["kopecks"] for one in came),
        cards=len(cards),
        card_kopecks=sum(one["amount_kopecks"] for one in cards),
        surpluses=len(held),
        surplus_kopecks=sum(held),
        differences=wrong,
    )


async def terms(ours: OurBooks) -> list[str]:
    """Terms of a subscription that overlap, and begun ones that nobody watches."""
    rows = await ours.rows(_TERMS)
    wrong = [
        f"the terms of {before.subscription_id} overlap on {after.starts_on}"
        for before, after in pairwise(rows)
        if before.subscription_id == after.subscription_id and after.starts_on <= before.ends_on
    ]
    unfollowed = await ours.rows(_UNFOLLOWED)
    return wrong + [f"{row.id}: no case watches the term that it sold" for row in unfollowed]


async def stuck(client: Client, ours: OurBooks, operators: set[str]) -> list[str]:
    """Renewals that neither have ended nor wait for a named role or for their next term."""
    wrong = []
    for row in await ours.rows("SELECT * FROM renewals"):
        waited_for = (
            row.waiting_for in PEOPLE or row.status == RenewalStatus.PAID or row.id in operators
        )
        wrong += [one async for one in unlike_its_process(client, row, waited_for=waited_for)]
    return wrong


async def unnotified(ours: OurBooks) -> list[str]:
    """Changes of renewals of which somebody did not hear once on every channel."""
    notified = Counter(tuple(row) for row in await ours.rows(_TOLD))
    return [
        f"{row.renewal_id}: change {row.number}, {notice.template} to {notice.role} by {channel}:"
        f" {notified[key]} times"
        for row in await ours.rows(_CHANGES)
        for notice in renewal_notices(
            RenewalStatus(row.to_status), None if row.reason is None else Ending(row.reason)
        )
        for channel in NotificationChannel
        if notified[
            key := (
                row.renewal_id,
                f"change-{row.number}",
                notice.role,
                notice.template,
                channel,
            )
        ]
        != 1
    ]


async def endings(ours: OurBooks) -> Counter[str]:
    """Renewals by where they stand."""
    rows = await ours.rows("SELECT status, closed_at, waiting_for FROM renewals")
    return Counter(
        row.status if row.closed_at else f"{row.status}, waits for {row.waiting_for or 'its day'}"
        for row in rows
    )


def _what_became(entry: Any, resolved: set[str]) -> str:
    if entry.status == EntryStatus.MATCHED:
        return "by a person" if str(entry.id) in resolved else "by itself"
    return f"{entry.status}, {entry.hold_reason}"


def _misjudged(entry: Any, sent: Sent) -> Iterator[str]:
    """What an entry is, when it should be something else."""
    if sent.is_left:
        good = entry.status == EntryStatus.UNMATCHED and entry.hold_reason is not None
        want = "held for a person"
    else:
        got = (entry.status, entry.matched_as, entry.invoices, entry.allocated_kopecks)
        right = ([sent.invoice_number], entry.amount_kopecks)
        good = got == (EntryStatus.MATCHED, MatchedAs.PAYMENT, *right)
        want = f"allocated to {sent.invoice_number}"
    if not good:
        yield (
            f"entry {entry.number}, {entry.amount_kopecks}: {entry.status} {entry.hold_reason},"
            f" allocated to {entry.invoices}, must be {want}"
        )


def _unlike_cards(theirs: Iterable[Mapping[str, Any]], ours: Sequence[Any]) -> Iterator[str]:
    """Payments by card that one side does not know, or counts twice, or with another sum."""
    taken = Counter((one["id"], one["amount_kopecks"]) for one in theirs)
    known = Counter((one.id, one.amount_kopecks) for one in ours)
    yield from (f"card payment {one} is not with us" for one in (taken - known).elements())
    yield from (f"card payment {one} never was" for one in (known - taken).elements())


def _unpaid(
    invoices: Sequence[Any],
    came: Iterable[Mapping[str, Any]],
    by_card: Iterable[Any],
    sent: Mapping[str, Sent],
) -> Iterator[str]:
    """Invoices that have another sum than what came for them."""
    due: Counter[str] = Counter()
    for one in came:
        invariant = sent[one["number"]]
        due[invariant.invoice_number] += 0 if invariant.is_left else one["kopecks"]
    for payment in by_card:
        due[payment.invoice_number] += payment.amount_kopecks
    for invoice in invoices:
        if invoice.paid_kopecks != due[invoice.number]:
            came_in = due[invoice.number]
            yield f"{invoice.number} has {invoice.paid_kopecks}, {came_in} came for it"


def _without_its_term(invoice: Any) -> Iterator[str]:
    is_paid = invoice.stands and invoice.paid_kopecks >= invoice.total_kopecks
    if invoice.terms != int(is_paid):
        yield f"{invoice.number}: {invoice.terms} terms, paid in full: {is_paid}"
    above = invoice.paid_kopecks - (invoice.total_kopecks if invoice.stands else 0)
    if invoice.surplus_kopecks != max(0, above):
        yield f"{invoice.number}: surplus {invoice.surplus_kopecks}, must be {max(0, above)}"
