"""An entry with the invoices that it may be for: what they make of it, and why it is a person's."""

from collections.abc import Sequence
from dataclasses import dataclass

from db.banking import incoming_money as money_in
from db.banking.bank_entry import EntryRow
from db.banking.incoming_money import InvoiceCandidates, WaitingEntry
from domain.banking.incoming_money import EntryHold, looks_like_return, transfers_beside
from domain.banking.matching import HoldReason, Verdict, judge


@dataclass(frozen=True)
class Judged:
    """An entry, the invoices that it was judged by, and why it is a person's; None: it is not."""

    row: WaitingEntry | EntryRow
    numbers: Sequence[str]
    keys: frozenset[str]
    verdict: Verdict
    hold: str | None


def judged(
    row: WaitingEntry | EntryRow,
    found: InvoiceCandidates,
    numbers: Sequence[str],
    keys: frozenset[str],
) -> Judged:
    """What these invoices make of an entry whose purpose has these keys."""
    verdict = judge(money_in.entry_from(row), found.invoices(numbers, row.day))
    return Judged(row, numbers, keys, verdict, _hold(row, found, verdict))


def _hold(row: WaitingEntry | EntryRow, found: InvoiceCandidates, verdict: Verdict) -> str | None:
    if row.is_own:
        return EntryHold.OWN_TRANSFER
    if looks_like_return(row.purpose):
        return EntryHold.RETURN_SUSPECTED
    if not found.is_whole:
        return HoldReason.AMBIGUOUS
    recorded = found.recorded_for(one.invoice_number for one in verdict.shares)
    if transfers_beside(row.day, verdict.shares, recorded):
        return EntryHold.RECORDED_BY_BILLING
    return verdict.hold
