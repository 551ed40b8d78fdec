"""The kinds of work that are compared."""

from enum import StrEnum


class Kind(StrEnum):
    """From nothing at all to the real thing."""

    NO_OP = "no-op"
    SKELETON = "skeleton"
    NAIVE = "naive"
    REFUND = "refund"
    BANK = "by the bank"
    RENEWAL = "renewal"


OURS = (Kind.REFUND, Kind.BANK, Kind.RENEWAL)
"""What the product itself plays: refunds through the acquirer and by a payment order, and renewals
by a transfer.
"""


def task_queue(kind: Kind) -> str:
    """Where the worker of a bench workflow asks for work."""
    return f"bench-{kind}"
