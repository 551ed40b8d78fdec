"""Clients and their invoices, in two series whose tails overlap."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from random import Random
from typing import Final

from bench.purposes.wordings import of_name
from bench.statements import valid_inn
from domain.banking.matching import OpenInvoice

CLIENTS: Final = 500
INVOICES: Final = 1_400
PEOPLE_SHARE, KNOWN_SHARE, CLOSED_SHARE = 0.1, 0.1, 0.08
"""Clients without an INN; clients one of whose relatives pays; invoices paid or void."""
OWN_SERIES_SHARE: Final = 0.7
PRICES: Final = (400_00, 1_200_00, 4_000_00, 12_200_50, 36_600_00, 9_693_55, 15_000_00)
FIRST_DAY: Final = date(2026, 9, 1)
DAYS: Final = 75


@dataclass(frozen=True)
class World:
    """All invoices, and those of each client."""

    invoices: Sequence[OpenInvoice]
    by_client: Mapping[str, Sequence[OpenInvoice]]

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Every number ever issued."""
        return frozenset(invoice.number for invoice in self.invoices)


def make_world(seed: int) -> World:
    """Clients with about three invoices each, in two series, most at common prices."""
    chance = Random(seed)  # noqa: S311 - made-up clients, nothing secret
    clients = [_client(chance, number) for number in range(CLIENTS)]
    numbers = _numbers(chance)
    invoices = [_invoice(chance, chance.choice(clients), number) for number in numbers]
    by_client: defaultdict[str, list[OpenInvoice]] = defaultdict(list)
    for invoice in invoices:
        by_client[invoice.client_id].append(invoice)
    return World(invoices, by_client)


def _client(chance: Random, number: int) -> OpenInvoice:
    """An invoice of the client to copy: a person without an INN, or a firm with one."""
    is_person = chance.random() < PEOPLE_SHARE
    inn = valid_inn(f"{chance.choice((20, 50, 77, 78))}{number:06d}", 10)
    relative = valid_inn(f"77{number:07d}", 10)
    return OpenInvoice(
        number="",
        client_id=f"client-{number}",
        client_name=of_name(chance, number, is_person),
        payer_inns=frozenset() if is_person else frozenset({inn}),
        known_payer_inns=frozenset({relative} if chance.random() < KNOWN_SHARE else ()),
        balance_kopecks=0,
        total_kopecks=0,
        issued_on=FIRST_DAY,
        is_void=False,
    )


def _numbers(chance: Random) -> Sequence[str]:
    own = [f"KP-2026-{tail:06d}" for tail in range(1, round(INVOICES * OWN_SERIES_SHARE) + 1)]
    others = [f"2026-{tail:06d}" for tail in chance.sample(range(1, 9_000), INVOICES - len(own))]
    return [*own, *others]


def _invoice(chance: Random, client: OpenInvoice, number: str) -> OpenInvoice:
    total = chance.choice((*PRICES, chance.randrange(100_00, 90_000_00)))
    is_closed = chance.random() < CLOSED_SHARE
    return replace(
        client,
        number=number,
        balance_kopecks=0 if is_closed else total,
        total_kopecks=total,
        issued_on=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
        is_void=is_closed and chance.random() < 0.5,
    )


def is_closed(invoice: OpenInvoice) -> bool:
    """Whether it waits for no money: paid or void."""
    return invoice.balance_kopecks == 0
