"""Incoming entries with messy purposes and what each was really meant for: a seed is the same ones.

Nothing here asks the judge. Whoever writes knows the invoice and how much of its number is left on
the paper; an entry is matchable when a careful clerk could read the number there and the payer
agrees, under the policy of issue 4: what is left of a mangled number needs INN and exact sum.
"""

from bench.purposes.kinds import NOBODY_KNOWS, Kind, Written
from bench.purposes.payers import write_entries
from bench.purposes.world import CLIENTS, INVOICES, World, make_world

__all__ = [
    "CLIENTS",
    "INVOICES",
    "NOBODY_KNOWS",
    "Kind",
    "World",
    "Written",
    "make_world",
    "write_entries",
]
