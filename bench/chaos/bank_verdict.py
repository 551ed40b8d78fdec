"""What must be true of the bank once the storm is over: its own books against ours."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.chaos.desk import FOREIGN_PURPOSE
from bench.chaos.our_books import OurBooks
from domain.banking.statement_import import EntryStatus, MatchedAs

RETURNED, PAID = "returned", "paid"
DEBITED = (PAID, RETURNED)

_ORDERS = """
SELECT o.number, o.case_id, o.attempt, o.amount_kopecks, p.status, s.account
FROM payment_orders o JOIN payouts p USING (case_id, attempt)
JOIN statements s ON s.id = p.statement_id
"""

Moved = tuple[str, str, int]
"""An entry as both sides know it: which way, number, kopecks."""


@dataclass(frozen=True)
class BankMoney:
    """How often money left and came back, by the bank's own books, and where these differ from
    ours. `entries` counts ours by direction and by what became of them.
    """

    orders: int
    debits: int
    debited_kopecks: int
    rejections: int
    returns: int
    entries: Counter[str]
    differences: Sequence[str]


async def bank_money(
    ours: OurBooks, theirs: Mapping[str, Any], set_aside: set[str], sent: Collection[str]
) -> BankMoney:
    """One debit for each paid attempt, a return for each returned one, and no entry lost.

    What is `sent` for renewals must be there too; `money_in` says what it must be.
    """
    orders = {str(row.number): row for row in await ours.rows(_ORDERS)}
    entries = await ours.rows("SELECT * FROM bank_entries")
    of_refunds = [one for one in entries if one.direction == "out" or one.number not in sent]
    wrong = [
        *_unlike_orders(theirs["orders"], orders),
        *_lost_entries(theirs, entries),
        *(what for entry in of_refunds for what in _misjudged(entry, orders, set_aside)),
    ]
    debited = [order for order in theirs["orders"] if order["debits"]]
    return BankMoney(
        orders=len(theirs["orders"]),
        debits=sum(order["debits"] for order in debited),
        debited_kopecks=sum(order["debits"] * order["kopecks"] for order in debited),
        rejections=sum(order["state"] == "rejected" for order in theirs["orders"]),
        returns=sum(order["returns"] for order in debited),
        entries=Counter(f"{entry.direction} {entry.status}" for entry in entries),
        differences=wrong,
    )


def _unlike_orders(theirs: Sequence[Mapping[str, Any]], ours: Mapping[str, Any]) -> Iterator[str]:
    """Orders that one side does not know, or that were debited or given back otherwise."""
    delivered = Counter(order["number"] for order in theirs)
    yield from (f"the bank has {n} orders {one}" for one, n in delivered.items() if n > 1)
    for number in ours.keys() - delivered.keys():
        yield f"order {number} never came to the bank, its payout is {ours[number].status}"
    for order in theirs:
        row = ours.get(order["number"])
        if row is None:
            yield f"the bank has order {order['number']}, which we do not know"
            continue
        got = (order["debits"], order["returns"], order["kopecks"], order["recipient_account"])
        moved = (int(row.status in DEBITED), int(row.status == RETURNED))
        want = (*moved, row.amount_kopecks, row.account)
        if got != want:
            key = f"{row.case_id}/{row.attempt}"
            yield f"order {order['number']} of {key}, {row.status}: {got}, must be {want}"


def _lost_entries(theirs: Mapping[str, Any], entries: Sequence[Any]) -> Iterator[str]:
    """What moved at the bank and is not with us, or is with us and never moved."""
    moved: Counter[Moved] = Counter()
    for order in theirs["orders"]:
        moved["out", order["number"], order["kopecks"]] += order["debits"]
    for one in theirs["incoming"]:
        moved["in", one["number"], one["kopecks"]] += 1
    kept = Counter((one.direction, one.number, one.amount_kopecks) for one in entries)
    yield from (f"entry {one} is lost" for one in (moved - kept).elements())
    yield from (f"entry {one} never was" for one in (kept - moved).elements())


def _misjudged(entry: Any, orders: Mapping[str, Any], set_aside: set[str]) -> Iterator[str]:
    """What an entry is, when it should be something else."""
    if entry.direction == "in" and entry.purpose == FOREIGN_PURPOSE:
        ignored = str(entry.id) in set_aside
        want: tuple[Any, ...] = (EntryStatus.IGNORED if ignored else EntryStatus.UNMATCHED,)
        got: tuple[Any, ...] = (entry.status,)
    else:
        row = orders.get(entry.number)
        key = (row.case_id, row.attempt) if row is not None else (None, None)
        matched_as = MatchedAs.PAYOUT if entry.direction == "out" else MatchedAs.RETURN
        want = (EntryStatus.MATCHED, matched_as, *key)
        got = (entry.status, entry.matched_as, entry.matched_case, entry.matched_attempt)
    if got != want:
        yield f"entry {entry.direction} {entry.number} of {entry.day}: {got}, must be {want}"
