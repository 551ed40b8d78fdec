"""Which invoices an incoming bank entry may be for, and the verdict of matching it with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from domain.banking.incoming_money import (
    EntryHold,
    RecordedTransfer,
    looks_like_return,
    transfers_beside,
)
from domain.banking.matching import HoldReason, IncomingEntry, OpenInvoice, Verdict, judge

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class InvoiceFacts:
    """An invoice with the INNs of everybody who may pay for it.

    `payer_inns` are the client's own INN and that of the invoice's order, `known_payer_inns` third
    parties that a person has accepted, `order_inns` those of all orders of the client.
    """

    number: str
    client_id: str
    client_name: str
    matching_key: str
    total_kopecks: int
    paid_kopecks: int
    issued_on: date
    is_void: bool
    payer_inns: frozenset[str]
    known_payer_inns: frozenset[str]
    order_inns: frozenset[str]

    def __repr__(self) -> str:
        """Without names and INNs: an invoice may be logged."""
        return f"InvoiceFacts(number={self.number!r}, paid_kopecks={self.paid_kopecks})"

    @property
    def is_open(self) -> bool:
        """Whether it is not void and not paid in full."""
        return not self.is_void and self.paid_kopecks < self.total_kopecks

    @property
    def inns(self) -> frozenset[str]:
        """The INNs of everybody who may pay for the client."""
        return self.payer_inns | self.known_payer_inns | self.order_inns


@dataclass(frozen=True)
class InvoiceCandidates:
    """The invoices that some entries may be for, as read at one moment. `recorded` are the
    transfers that billing recorded for them; `is_whole` is False where there were too many to read.
    """

    facts: Sequence[InvoiceFacts]
    recorded: Sequence[RecordedTransfer]
    is_whole: bool = True

    def numbers_for(self, inn: str | None, keys: Iterable[str]) -> list[str]:
        """The invoices with these matching keys, and the open ones of their clients and of the
        payer.
        """
        named = {number for key in keys for number in self._named_by.get(key, ())}
        clients = {self.by_number[number].client_id for number in named}
        clients |= self._paid_for_by.get(inn or "", set())
        return sorted(named.union(*(self._open_of.get(client, ()) for client in clients)))

    def invoices(self, numbers: Iterable[str], day: date) -> list[OpenInvoice]:
        """The invoices as an entry of this day is matched with them."""
        return [self._open_invoice(self.by_number[number], day) for number in numbers]

    def recorded_for(self, numbers: Iterable[str]) -> list[RecordedTransfer]:
        """The transfers that billing recorded for these invoices."""
        return [one for number in numbers for one in self._recorded_of.get(number, ())]

    @cached_property
    def by_number(self) -> Mapping[str, InvoiceFacts]:
        """The invoices by their numbers."""
        return {one.number: one for one in self.facts}

    def _open_invoice(self, one: InvoiceFacts, day: date) -> OpenInvoice:
        """A transfer that billing recorded about this day may be this entry's money, so it is not
        counted as paid.
        """
        recorded = sum(
            found.amount_kopecks for found in self.recorded_for([one.number]) if found.is_about(day)
        )
        due = 0 if one.is_void else one.total_kopecks
        return OpenInvoice(
            number=one.number,
            client_id=one.client_id,
            client_name=one.client_name,
            payer_inns=one.payer_inns,
            known_payer_inns=one.known_payer_inns,
            balance_kopecks=max(0, due - one.paid_kopecks + recorded),
            total_kopecks=one.total_kopecks,
            issued_on=one.issued_on,
            is_void=one.is_void,
        )

    @cached_property
    def _named_by(self) -> Mapping[str, list[str]]:
        return _grouped((one.matching_key, one.number) for one in self.facts if one.matching_key)

    @cached_property
    def _open_of(self) -> Mapping[str, list[str]]:
        return _grouped((one.client_id, one.number) for one in self.facts if one.is_open)

    @cached_property
    def _paid_for_by(self) -> Mapping[str, set[str]]:
        """Clients by the INN of everybody who pays for them."""
        pairs = ((inn, one.client_id) for one in self.facts for inn in one.inns)
        return {inn: set(clients) for inn, clients in _grouped(pairs).items()}

    @cached_property
    def _recorded_of(self) -> Mapping[str, list[RecordedTransfer]]:
        return _grouped((one.invoice_number, one) for one in self.recorded)


@dataclass(frozen=True)
class EntryToMatch:
    """An incoming entry to be matched; `is_own`: the counterparty is an account of ours."""

    id: UUID
    money: IncomingEntry
    is_own: bool


@dataclass(frozen=True)
class JudgedEntry:
    """An entry, the invoices it was compared with, and why it waits for a person (None: it does
    not).
    """

    entry: EntryToMatch
    numbers: Sequence[str]
    keys: frozenset[str]
    verdict: Verdict
    hold: str | None


def judged(
    entry: EntryToMatch, found: InvoiceCandidates, numbers: Sequence[str], keys: frozenset[str]
) -> JudgedEntry:
    """Matches an entry, whose purpose has these keys, with these invoices."""
    verdict = judge(entry.money, found.invoices(numbers, entry.money.day))
    return JudgedEntry(entry, numbers, keys, verdict, _hold(entry, found, verdict))


def _hold(entry: EntryToMatch, found: InvoiceCandidates, verdict: Verdict) -> str | None:
    if entry.is_own:
        return EntryHold.OWN_TRANSFER
    if looks_like_return(entry.money.purpose):
        return EntryHold.RETURN_SUSPECTED
    if not found.is_whole:
        return HoldReason.AMBIGUOUS
    recorded = found.recorded_for(one.invoice_number for one in verdict.shares)
    if transfers_beside(entry.money.day, verdict.shares, recorded):
        return EntryHold.RECORDED_BY_BILLING
    return verdict.hold


def _grouped(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for key, one in pairs:
        groups.setdefault(key, []).append(one)
    return groups
