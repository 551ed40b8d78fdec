"""The roles of callers."""

from enum import StrEnum

from domain.text import compared

SYSTEM = "system"
"""The actor of a change that no person made."""


class Role(StrEnum):
    """A caller's role. `BANK` is waited for but never calls."""

    BILLING = "billing"
    CLIENT = "client"
    SPECIALIST = "specialist"
    ACCOUNTANT = "accountant"
    OPERATOR = "operator"
    BANK = "bank"


def is_same_person(one: str, other: str) -> bool:
    """Whether two logins are one person's: two pairs of eyes are two persons, not two spellings.

    Case, compatible forms (ﬁ, full width) and signs that show nothing tell nobody apart; the
    database compares the same way, by its function `compared`.
    """
    return compared(one) == compared(other)
