"""Decides whether an entry is allocated without a person: the number and the payer must agree."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from domain.banking.matching.facts import (
    MAX_CANDIDATES,
    Candidate,
    Evidence,
    HoldReason,
    IncomingEntry,
    OpenInvoice,
    Share,
    Verdict,
    score_of,
)
from domain.banking.matching.resolving import SURE, Mention, mentions_in
from domain.banking.matching.wording import words_of
from domain.billing.requisites import ClientKind, same_name

MAX_SUMMED: Final = 12
"""The most other open invoices of a client whose sums are combined, the oldest first."""
MAX_SHARES: Final = 20
_NAME_END: Final = "//"
"""Banks write a person's address after it."""


@dataclass(frozen=True)
class _InvoiceMatch:
    """The one invoice that a mention means, how surely, and how its payer agrees."""

    invoice: OpenInvoice
    number: Evidence
    payer: Evidence

    @property
    def is_weak(self) -> bool:
        """Whether a weak number needs the client's INN and the exact sum."""
        return self.number is not SURE


def judge(entry: IncomingEntry, invoices: Sequence[OpenInvoice]) -> Verdict:
    """Shares when number and payer agree and nothing contradicts them, otherwise a reason to hold.

    `invoices` are those found by `keys_in`, all open ones of the same clients, and all open ones of
    the payer's INN: an invoice that is missing here cannot contradict. Duplicates are ignored. A
    full number accepts any sum; a partial one, or one with a slip, needs the client's INN and the
    exact sum. Money from before its invoice was issued waits for a person. Where no other number is
    named, the whole number of an order is one.
    """
    known = tuple({invoice.number: invoice for invoice in invoices}.values())
    passed_over = frozenset({entry.payer_inn or "", str(entry.amount_kopecks // 100)})
    mentions = mentions_in(words_of(entry.purpose), known, passed_over)
    mentions = mentions or _orders_in(entry.purpose, known, passed_over)
    candidates = _candidates(entry, known, mentions)
    picks = _picks(entry, mentions)
    if isinstance(picks, HoldReason):
        return _held(picks, candidates)
    if any(entry.day < pick.invoice.issued_on for pick in picks):
        return _held(HoldReason.BEFORE_INVOICE, candidates)
    shares = _shares(entry.amount_kopecks, picks, known)
    if isinstance(shares, HoldReason):
        return _held(shares, candidates)
    evidence = _weakest(entry.amount_kopecks, picks)
    return Verdict(shares, score_of(evidence), evidence, None, candidates)


def _orders_in(
    purpose: str, invoices: Sequence[OpenInvoice], passed_over: frozenset[str]
) -> tuple[Mention, ...]:
    """Invoices that a purpose calls orders. One of another number is the payer's own order."""
    found = mentions_in(words_of(purpose, with_orders=True), invoices, passed_over)
    return tuple(one for one in found if one.evidence is SURE and one.invoices)


def _held(reason: HoldReason, candidates: tuple[Candidate, ...]) -> Verdict:
    if not candidates:
        return Verdict((), 0, (), reason, ())
    return Verdict((), candidates[0].score, candidates[0].evidence, reason, candidates)


def _picks(
    entry: IncomingEntry, mentions: Sequence[Mention]
) -> tuple[_InvoiceMatch, ...] | HoldReason:
    """One invoice for every mention, each once, all of one client; or why that is impossible."""
    counted = [one for one in mentions if one.invoices] or list(mentions)
    counted += [one for one in mentions if not one.invoices and not one.weak and one not in counted]
    if not counted:
        return HoldReason.NUMBER_MISSING
    picks: dict[str, _InvoiceMatch] = {}
    for mention in counted:
        pick = _pick(entry, mention, is_alone=len(counted) == 1)
        if isinstance(pick, HoldReason):
            return pick
        picks.setdefault(pick.invoice.number, pick)
    if len({pick.invoice.client_id for pick in picks.values()}) > 1:
        return HoldReason.SEVERAL_CLIENTS
    return tuple(picks.values()) if len(picks) <= MAX_SHARES else HoldReason.AMBIGUOUS


def _pick(entry: IncomingEntry, mention: Mention, *, is_alone: bool) -> _InvoiceMatch | HoldReason:
    if not mention.invoices:
        return HoldReason.INVOICE_UNKNOWN
    agreed = [
        _InvoiceMatch(invoice, mention.evidence, payer)
        for invoice in mention.invoices
        if (payer := _payer_evidence(entry, invoice)) is not None
    ]
    if not agreed:
        return HoldReason.THIRD_PARTY
    if len(agreed) > 1 and is_alone and mention.evidence is Evidence.NUMBER_PART:
        fitting = [one for one in agreed if one.invoice.balance_kopecks == entry.amount_kopecks]
        agreed = fitting or agreed
    is_doubtful = _is_doubtful(entry, mention, agreed[0].invoice, is_alone=is_alone)
    return HoldReason.AMBIGUOUS if is_doubtful or len(agreed) > 1 else agreed[0]


def _is_doubtful(
    entry: IncomingEntry, mention: Mention, agreed: OpenInvoice, *, is_alone: bool
) -> bool:
    """Whether another client's invoice may be meant as well: one with the same whole number, or one
    as near to what was typed, unless the sum is that of the payer's own invoice and not its.
    """
    others = [one for one in mention.invoices if one.number != agreed.number]
    if mention.evidence is not Evidence.NUMBER_SLIP or not is_alone:
        return mention.evidence is not Evidence.NUMBER_PART and bool(others)
    return any(one.balance_kopecks == entry.amount_kopecks for one in others)


def _payer_evidence(entry: IncomingEntry, invoice: OpenInvoice) -> Evidence | None:
    """How the payer agrees with the client; a name counts only where no INN is stored."""
    if entry.payer_inn in invoice.payer_inns:
        return Evidence.INN
    if entry.payer_inn in invoice.known_payer_inns:
        return Evidence.KNOWN_PAYER
    if invoice.payer_inns:
        return None
    payer_name = entry.payer_name.partition(_NAME_END)[0].strip()
    is_same = same_name(payer_name, invoice.client_name, ClientKind.INDIVIDUAL)
    return Evidence.NAME if payer_name and is_same else None


def _shares(
    amount_kopecks: int, picks: Sequence[_InvoiceMatch], invoices: Sequence[OpenInvoice]
) -> tuple[Share, ...] | HoldReason:
    """The whole amount, in the order of the text; the last share includes what exceeds the
    balances.
    """
    balances = [pick.invoice.balance_kopecks for pick in picks]
    due_kopecks = sum(balances)
    if amount_kopecks <= 0:
        return HoldReason.SUM_DIFFERS
    if due_kopecks != amount_kopecks:
        reason = _objection(amount_kopecks, picks, invoices)
    else:
        reason = _weakness(picks)
    if reason is not None:
        return reason
    numbers = [pick.invoice.number for pick in picks]
    kept = [*balances[:-1], amount_kopecks - sum(balances[:-1])]
    pairs = zip(numbers, kept, strict=True)
    return tuple(Share(number, kopecks) for number, kopecks in pairs if kopecks > 0)


def _weakness(picks: Sequence[_InvoiceMatch]) -> HoldReason | None:
    is_proven = all(pick.payer is Evidence.INN or not pick.is_weak for pick in picks)
    return None if is_proven else HoldReason.NUMBER_INEXACT


def _objection(
    amount_kopecks: int, picks: Sequence[_InvoiceMatch], invoices: Sequence[OpenInvoice]
) -> HoldReason | None:
    """What contradicts a sum that is not exact."""
    due_kopecks = sum(pick.invoice.balance_kopecks for pick in picks)
    if any(pick.is_weak for pick in picks):
        return _weakness(picks) or HoldReason.SUM_DIFFERS
    if len(picks) > 1 and amount_kopecks < due_kopecks:
        return HoldReason.SUM_DIFFERS
    if len(picks) > 1 and any(pick.invoice.balance_kopecks == 0 for pick in picks):
        return HoldReason.AMBIGUOUS
    others = _sums_of_others(picks, invoices)
    is_explained = amount_kopecks in others or amount_kopecks - due_kopecks in others
    return HoldReason.AMBIGUOUS if is_explained else None


def _sums_of_others(
    picks: Sequence[_InvoiceMatch], invoices: Sequence[OpenInvoice]
) -> frozenset[int]:
    """The sums of one, two or more of the client's other open invoices."""
    named = {pick.invoice.number for pick in picks}
    client_id = picks[0].invoice.client_id
    open_ones = (one for one in invoices if one.client_id == client_id and one.balance_kopecks > 0)
    others = sorted(
        (one for one in open_ones if one.number not in named),
        key=lambda one: (one.issued_on, one.number),
    )
    sums = {0}
    for other in others[:MAX_SUMMED]:
        sums |= {one + other.balance_kopecks for one in sums}
    singles = {other.balance_kopecks for other in others}
    return frozenset((sums - {0}) | singles)


def _weakest(amount_kopecks: int, picks: Sequence[_InvoiceMatch]) -> tuple[Evidence, ...]:
    """The evidence of the share that has least."""
    due_kopecks = sum(pick.invoice.balance_kopecks for pick in picks)
    is_sum_of_several = len(picks) > 1 and due_kopecks == amount_kopecks

    def evidence(pick: _InvoiceMatch) -> tuple[Evidence, ...]:
        of_sum = _sum_evidence(amount_kopecks, pick.invoice)
        if is_sum_of_several:
            of_sum = Evidence.SUM_OF_SEVERAL
        return (pick.number, pick.payer, of_sum)

    return min(map(evidence, picks), key=score_of)


def _sum_evidence(amount_kopecks: int, invoice: OpenInvoice) -> Evidence:
    if invoice.is_void:
        return Evidence.VOID
    if invoice.balance_kopecks == 0:
        return Evidence.ALREADY_PAID
    if amount_kopecks == invoice.balance_kopecks:
        return Evidence.SUM_EXACT
    is_under = amount_kopecks < invoice.balance_kopecks
    return Evidence.SUM_UNDER if is_under else Evidence.SUM_OVER


def _candidates(
    entry: IncomingEntry, invoices: Iterable[OpenInvoice], mentions: Sequence[Mention]
) -> tuple[Candidate, ...]:
    """Named invoices and the payer's open ones; of equal scores the nearest sum, then the older."""
    ranked: list[tuple[tuple[int, int, str, str], Candidate]] = []
    for invoice in invoices:
        evidence = tuple(_spoken_for(entry, invoice, mentions))
        if evidence:
            score = score_of(evidence)
            off = abs(invoice.balance_kopecks - entry.amount_kopecks)
            rank = (-score, off, invoice.issued_on.isoformat(), invoice.number)
            ranked.append((rank, Candidate(invoice.number, score, evidence)))
    return tuple(candidate for _, candidate in sorted(ranked)[:MAX_CANDIDATES])


def _spoken_for(
    entry: IncomingEntry, invoice: OpenInvoice, mentions: Sequence[Mention]
) -> Iterator[Evidence]:
    """Evidence by number, payer and sum; none for an unnamed invoice of another payer, or a paid
    one.
    """
    numbers = {one.evidence for one in mentions if invoice in one.invoices}
    payer = _payer_evidence(entry, invoice)
    if not numbers and (payer is None or invoice.balance_kopecks == 0):
        return
    if numbers:
        yield max(numbers, key=lambda one: score_of((one,)))
    if payer is not None:
        yield payer
    yield _sum_evidence(entry.amount_kopecks, invoice)
