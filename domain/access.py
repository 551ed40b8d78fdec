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
