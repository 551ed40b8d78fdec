"""The kinds of offers: what a client may order for a subscription."""

from enum import StrEnum


class OfferKind(StrEnum):
    """Why something is offered."""

    SAME = "same"
    BIGGER = "bigger"
    INDIVIDUAL = "individual"
    ANOTHER = "another"
    RESUME = "resume"
    FIRST = "first"
