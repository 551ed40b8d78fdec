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
    LAWYER = "lawyer"
    SUPPORT = "support"
    OPERATOR = "operator"
    BANK = "bank"


OUTSIDERS = frozenset({Role.CLIENT, Role.BILLING})
"""Roles that are not our staff: they see what was decided, not by which of us, in the words that
clients are told by.
"""


def is_same_person(one: str, other: str) -> bool:
    """Whether two logins belong to one person, for the four-eyes rule.

    Case, compatibility forms (ﬁ, full width) and invisible characters make no difference; the
    database compares the same way, by its function `compared`.
    """
    return compared(one) == compared(other)
