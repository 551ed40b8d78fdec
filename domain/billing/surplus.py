"""Surplus: what is paid above an invoice's price; its client is notified each time it grows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Surplus:
    """What was paid of an invoice and how much of it is surplus. `changes` numbers the changes of
    the surplus, `notified_kopecks` is the surplus that the client was last notified of.
    """

    invoice_number: str
    client_id: str
    paid_kopecks: int
    held_kopecks: int
    changes: int
    notified_kopecks: int


@dataclass(frozen=True)
class SurplusGrowth:
    """What a client is to be notified of: `held_kopecks` in all, `new_kopecks` since last time.

    `change` is the number of the surplus's change; a client is notified once of each.
    """

    invoice_number: str
    client_id: str
    change: int
    held_kopecks: int
    new_kopecks: int


def growth(surplus: Surplus) -> SurplusGrowth | None:
    """What the client has not been notified of yet; None when there is nothing."""
    return _growth(surplus, surplus.held_kopecks, surplus.changes)


def growth_by_void(surplus: Surplus) -> SurplusGrowth | None:
    """The same for an invoice that is being made void: all that was paid of it becomes surplus by
    that change. None when that adds nothing.
    """
    if surplus.paid_kopecks <= surplus.held_kopecks:
        return None
    return _growth(surplus, surplus.paid_kopecks, surplus.changes + 1)


def _growth(surplus: Surplus, held_kopecks: int, change: int) -> SurplusGrowth | None:
    new_kopecks = held_kopecks - surplus.notified_kopecks
    if new_kopecks <= 0:
        return None
    return SurplusGrowth(
        surplus.invoice_number, surplus.client_id, change, held_kopecks, new_kopecks
    )
