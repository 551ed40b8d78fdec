"""Who there is: the roles of product.md, section Who uses it."""

from enum import StrEnum


class Role(StrEnum):
    """A caller's role. `BANK` is waited for but never calls."""

    BILLING = "billing"
    CLIENT = "client"
    SPECIALIST = "specialist"
    ACCOUNTANT = "accountant"
    OPERATOR = "operator"
    BANK = "bank"


def is_same_person(login: str | None, other: str | None) -> bool:
    """Whether two logins are one person's; the database has the same rule as `same_person`."""
    return login is not None and login == other
