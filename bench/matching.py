"""Matching measured: precision, recall and entries a second on a set with known truth."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bench.purposes import Kind, World, Written, make_world, write_entries
from domain.banking.matching import IncomingEntry, OpenInvoice, Verdict, judge, key_of, keys_in

ENTRIES: Final = 5_000
SEED: Final = 2026


@dataclass(frozen=True)
class Judged:
    """What an entry was meant for, beside what was decided."""

    written: Written
    verdict: Verdict

    @property
    def is_taken(self) -> bool:
        """Whether no person was asked."""
        return bool(self.verdict.shares)

    @property
    def is_right(self) -> bool:
        """Whether the invoices that were meant take it, all of them and no others."""
        taken = frozenset(share.invoice_number for share in self.verdict.shares)
        return self.is_taken and taken == self.written.meant


@dataclass(frozen=True)
class Matching:
    """A whole set with its verdicts; the seconds are processor time."""

    judged: Sequence[Judged]
    seconds: float

    @property
    def per_second(self) -> float:
        """Entries a second of processor time: read, looked up in memory and judged."""
        return len(self.judged) / self.seconds

    @property
    def taken(self) -> int:
        """Entries that were matched without a person."""
        return sum(one.is_taken for one in self.judged)

    @property
    def wrong(self) -> Sequence[Judged]:
        """Automatic matches with other invoices than were meant, or where none could be known."""
        return [one for one in self.judged if one.is_taken and not one.is_right]

    @property
    def matchable(self) -> Sequence[Judged]:
        """Entries that a careful clerk would match from the paper."""
        return [one for one in self.judged if one.written.matchable]

    @property
    def precision(self) -> float:
        """Right automatic matches of all automatic ones."""
        return 1 - len(self.wrong) / self.taken

    @property
    def recall(self) -> float:
        """Right automatic matches of the matchable."""
        return sum(one.is_right for one in self.matchable) / len(self.matchable)

    @property
    def kinds(self) -> Mapping[Kind, "KindCounts"]:
        """How each kind of entry fared."""
        found = {kind: [one for one in self.judged if one.written.kind is kind] for kind in Kind}
        return {
            kind: KindCounts(
                entries=len(some),
                matchable=sum(one.written.matchable for one in some),
                right=sum(one.is_right for one in some),
                wrong=sum(one.is_taken and not one.is_right for one in some),
            )
            for kind, some in found.items()
        }


@dataclass(frozen=True)
class KindCounts:
    """How many entries of a kind there were, and what became of them."""

    entries: int
    matchable: int
    right: int
    wrong: int

    @property
    def held(self) -> int:
        """What waits for a person."""
        return self.entries - self.right - self.wrong


class IndexedInvoices:
    """Invoices, indexed as the database finds them."""

    def __init__(self, here: World) -> None:
        self._by_key: defaultdict[str, list[OpenInvoice]] = defaultdict(list)
        self._open_by_inn: defaultdict[str, list[OpenInvoice]] = defaultdict(list)
        self._open_by_client: defaultdict[str, list[OpenInvoice]] = defaultdict(list)
        for invoice in here.invoices:
            self._by_key[key_of(invoice.number)].append(invoice)
            if invoice.balance_kopecks:
                self._open_by_client[invoice.client_id].append(invoice)
                for inn in invoice.payer_inns | invoice.known_payer_inns:
                    self._open_by_inn[inn].append(invoice)

    def fetch(self, entry: IncomingEntry) -> Sequence[OpenInvoice]:
        """By the purpose's keys, with the open ones of the same clients; by the payer's INN."""
        found = [one for key in keys_in(entry.purpose) for one in self._by_key.get(key, ())]
        clients = dict.fromkeys(one.client_id for one in found)
        beside = [one for client in clients for one in self._open_by_client.get(client, ())]
        return [*found, *beside, *self._open_by_inn.get(entry.payer_inn or "", ())]


def measure_matching(entries: int = ENTRIES, seed: int = SEED) -> Matching:
    """Judges the entries of a seed one by one."""
    here = make_world(seed)
    indexed, some = IndexedInvoices(here), list(write_entries(here, entries, seed))
    began = time.process_time()
    verdicts = [judge(one.entry, indexed.fetch(one.entry)) for one in some]
    seconds = time.process_time() - began
    return Matching([Judged(*pair) for pair in zip(some, verdicts, strict=True)], seconds)
