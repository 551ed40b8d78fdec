"""The kinds of offers: what a client may order for a subscription."""

from enum import StrEnum


class OfferKind(StrEnum):
    """The kind of an offer."""

    SAME = "same"
    BIGGER = "bigger"
    INDIVIDUAL = "individual"
    ANOTHER = "another"
    RESUME = "resume"
    FIRST = "first"
