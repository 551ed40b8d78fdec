"""Payers at work: each knows which invoice it means, and how much of its number it writes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, combinations
from random import Random
from typing import Final

from bench.purposes.kinds import NOBODY_KNOWS, OFTEN, Kind, Written
from bench.purposes.wordings import (
    framed,
    listed,
    partial,
    short_list,
    slipped,
    tail_of,
    whole,
    with_noise_only,
)
from bench.purposes.world import DAYS, FIRST_DAY, World, is_closed
from bench.statements import valid_inn
from domain.banking.matching import IncomingEntry, OpenInvoice

NEVER_ISSUED_FROM: Final = 500_000


def write_entries(here: World, count: int, seed: int) -> Iterator[Written]:
    """Entries of a seed, always the same ones."""
    chance = Random(seed)  # noqa: S311 - made-up payments, nothing secret
    kinds = chance.choices(list(OFTEN), weights=list(OFTEN.values()), k=count)
    return (_Writer(here, chance).write(kind) for kind in kinds)


class _Writer:
    """A payer at work."""

    def __init__(self, here: World, chance: Random) -> None:
        self._world, self._chance = here, chance

    def write(self, kind: Kind) -> Written:
        """One entry of a kind."""
        return _WAYS[kind](self, kind)

    def alone(self, kind: Kind) -> Written:
        """The whole number of an open invoice; the payer and the sum as the kind says."""
        is_exact = kind is not Kind.UNDER_OR_OVER
        invoice = self._some_open(known_payer=kind is Kind.KNOWN_PAYER)
        amount = invoice.balance_kopecks if is_exact else self._other_sum(invoice)
        inn, name = self._payer(kind, invoice)
        text = framed(self._chance, whole(self._chance, invoice.number), invoice, amount)
        agrees = kind is not Kind.STRANGER
        matchable = agrees and (is_exact or not self._is_contradicted(invoice, amount))
        return self._done(kind, (invoice,), text, amount, inn, name, matchable)

    def closed(self, kind: Kind) -> Written:
        """Paid a second time, or void."""
        invoice = self._chance.choice([one for one in self._world.invoices if is_closed(one)])
        amount = invoice.total_kopecks
        text = framed(self._chance, whole(self._chance, invoice.number), invoice, amount)
        matchable = not self._is_contradicted(invoice, amount)
        return self._done(kind, (invoice,), text, amount, *self._payer(kind, invoice), matchable)

    def mangled(self, kind: Kind) -> Written:
        """A part of the number, or a slip in it; the sum as the kind says."""
        invoice = self._some_open()
        is_exact = kind in (Kind.PARTIAL, Kind.SLIP)
        amount = invoice.balance_kopecks if is_exact else self._other_sum(invoice)
        is_slip = kind in (Kind.SLIP, Kind.SLIP_OTHER_SUM)
        number = (slipped if is_slip else partial)(self._chance, invoice.number)
        text = framed(self._chance, number, invoice, amount, announced=True)
        is_told = self._is_told_slip(invoice, number) if is_slip else self._is_told(invoice, number)
        matchable = is_exact and bool(invoice.payer_inns) and is_told
        return self._done(kind, (invoice,), text, amount, *self._payer(kind, invoice), matchable)

    def several(self, kind: Kind) -> Written:
        """One transfer for two or three invoices of a client."""
        invoices = self._some_together()
        total = sum(invoice.balance_kopecks for invoice in invoices)
        is_less = kind is Kind.SEVERAL_LESS
        amount = (
            total - self._chance.randrange(1, invoices[0].balance_kopecks) if is_less else total
        )
        numbers = [invoice.number for invoice in invoices]
        if kind is Kind.ONE_UNKNOWN:
            amount += 500_00
            numbers = [*numbers, self._never_issued()]
        is_short = kind is Kind.SEVERAL_SHORT
        text = (short_list if is_short else listed)(self._chance, numbers)
        is_told = all(self._is_told(one, tail_of(one.number)) for one in invoices)
        matchable = kind is Kind.SEVERAL or (is_short and is_told and bool(invoices[0].payer_inns))
        text = framed(self._chance, text, invoices[0], amount, announced=True)
        payer = self._payer(kind, invoices[0])
        return self._done(kind, tuple(invoices), text, amount, *payer, matchable)

    def without(self, kind: Kind) -> Written:
        """No number at all, or one that nobody has."""
        invoice = self._some_open()
        amount = invoice.balance_kopecks
        text = with_noise_only(self._chance, invoice, amount)
        if kind is Kind.UNKNOWN:
            text = framed(self._chance, self._never_issued(), invoice, amount)
        return self._done(kind, (invoice,), text, amount, *self._payer(kind, invoice), False)

    def wrong_client(self, kind: Kind) -> Written:
        """The number of another client's invoice, often at the same price."""
        meant, named = self._some_open(), self._some_open()
        while named.client_id == meant.client_id:
            named = self._some_open()
        amount = meant.balance_kopecks
        text = framed(self._chance, whole(self._chance, named.number), meant, amount)
        return self._done(kind, (meant,), text, amount, *self._payer(kind, meant), False)

    def _done(
        self,
        kind: Kind,
        meant: Sequence[OpenInvoice],
        text: str,
        amount: int,
        inn: str | None,
        name: str,
        matchable: bool,
    ) -> Written:
        day = FIRST_DAY + timedelta(days=DAYS)
        entry = IncomingEntry(amount, inn, name, text, day)
        known = () if kind in NOBODY_KNOWS else meant
        return Written(entry, kind, frozenset(one.number for one in known), matchable)

    def _some_open(self, *, known_payer: bool = False) -> OpenInvoice:
        """An invoice that waits for money, of a client with a known payer if one is asked for."""
        while True:
            invoice = self._chance.choice(self._world.invoices)
            if not is_closed(invoice) and (invoice.known_payer_inns or not known_payer):
                return invoice

    def _some_together(self) -> Sequence[OpenInvoice]:
        """Two or three open invoices of one client, of one series."""
        while True:
            invoice = self._some_open()
            beginning = invoice.number[: -len("000000")]
            together = [
                one
                for one in self._world.by_client[invoice.client_id]
                if one.number.startswith(beginning) and not is_closed(one)
            ]
            if len(together) > 1:
                return self._chance.sample(
                    together, min(len(together), self._chance.choice((2, 3)))
                )

    def _never_issued(self) -> str:
        return f"KP-2026-{NEVER_ISSUED_FROM + self._chance.randrange(400_000):06d}"

    def _other_sum(self, invoice: OpenInvoice) -> int:
        less = self._chance.randrange(1, invoice.balance_kopecks)
        more = invoice.balance_kopecks + self._chance.randrange(1, 5_000_00)
        return self._chance.choice((less, more, 2 * invoice.balance_kopecks))

    def _payer(self, kind: Kind, invoice: OpenInvoice) -> tuple[str | None, str]:
        """INN and name as the bank writes them."""
        if kind is Kind.STRANGER:
            stranger = self._some_open()
            while stranger.client_id == invoice.client_id:
                stranger = self._some_open()
            never_seen = valid_inn(f"66{self._chance.randrange(10**6):06d}", 10)
            return next(iter(stranger.payer_inns), never_seen), stranger.client_name
        if kind is Kind.KNOWN_PAYER:
            return next(iter(invoice.known_payer_inns)), "ООО «Управляющая компания»"
        if invoice.payer_inns:
            return next(iter(invoice.payer_inns)), invoice.client_name
        name = self._chance.choice((invoice.client_name, invoice.client_name.upper()))
        return None, name + self._chance.choice(("", "//г Москва, ул Лесная, д 5//", "  "))

    def _others(self, invoice: OpenInvoice) -> Sequence[OpenInvoice]:
        of_client = self._world.by_client[invoice.client_id]
        return [one for one in of_client if one.number != invoice.number]

    def _is_contradicted(self, invoice: OpenInvoice, amount: int) -> bool:
        """Whether the client's other open invoices come to this sum, or to what is above."""
        others = [one.balance_kopecks for one in self._others(invoice) if not is_closed(one)]
        sizes = range(1, len(others) + 1)
        some = chain.from_iterable(combinations(others, size) for size in sizes)
        return bool({sum(one) for one in some} & {amount, amount - invoice.balance_kopecks})

    def _is_told(self, invoice: OpenInvoice, text: str) -> bool:
        """Whether a partial number can only be this one: nobody's whole one, no twin at home."""
        tail = tail_of(invoice.number)
        is_anothers = (
            text.startswith("2026")
            and invoice.number.startswith("KP")
            and f"2026-{int(tail):06d}" in self._world.numbers
        )
        twins = [one for one in self._others(invoice) if tail_of(one.number) == tail]
        return not is_anothers and not twins

    def _is_told_slip(self, invoice: OpenInvoice, text: str) -> bool:
        """Whether what was typed is no other number, nor as near to another of the client's."""
        typed = "".join(one for one in text if one.isdigit())
        near = set(_one_edit_from(typed))
        is_issued = text in self._world.numbers
        return not is_issued and not any(
            near & {_without_zeros(one.number), one.number[-11:].replace("-", "")}
            for one in self._others(invoice)
        )


def _without_zeros(number: str) -> str:
    """«2026123» of KP-2026-000123."""
    return f"2026{tail_of(number)}"


def _one_edit_from(typed: str) -> Iterator[str]:
    """Every text that one slip makes of this one, and the text itself."""
    yield typed
    for place in range(len(typed) + 1):
        before, after = typed[:place], typed[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for digit in "0123456789":
            yield before + digit + after
            yield before + digit + after[1:]


_WAYS: Final[Mapping[Kind, Callable[[_Writer, Kind], Written]]] = {
    Kind.WHOLE: _Writer.alone,
    Kind.UNDER_OR_OVER: _Writer.alone,
    Kind.CLOSED: _Writer.closed,
    Kind.PARTIAL: _Writer.mangled,
    Kind.PARTIAL_OTHER_SUM: _Writer.mangled,
    Kind.SLIP: _Writer.mangled,
    Kind.SLIP_OTHER_SUM: _Writer.mangled,
    Kind.SEVERAL: _Writer.several,
    Kind.SEVERAL_SHORT: _Writer.several,
    Kind.SEVERAL_LESS: _Writer.several,
    Kind.ONE_UNKNOWN: _Writer.several,
    Kind.NO_NUMBER: _Writer.without,
    Kind.STRANGER: _Writer.alone,
    Kind.KNOWN_PAYER: _Writer.alone,
    Kind.WRONG_CLIENT: _Writer.wrong_client,
    Kind.UNKNOWN: _Writer.without,
}
