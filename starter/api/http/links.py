"""Paths of the resources that an answer refers to."""

from collections.abc import Mapping
from types import MappingProxyType

from starter.commands.refusal import LookAt, Noun

PATHS: Mapping[Noun, str] = MappingProxyType(
    {
        Noun.ACQUIRER_DIFFERENCE: "/v1/acquirer-differences/{}",
        Noun.BANK_ENTRY: "/v1/bank-entries/{}",
        Noun.CALENDAR: "/v1/calendar/days",
        Noun.GOODS_RETURN: "/v1/returns/{}",
        Noun.COLLECTION: "/v1/collections/{}",
        Noun.LIMIT_REQUEST: "/v1/limit-requests/{}",
        Noun.PAYMENT_RUN: "/v1/payment-runs/{}",
        Noun.RECEIPT: "/v1/receipts/{}",
        Noun.REFUND: "/v1/refunds/{}",
        Noun.RENEWAL: "/v1/renewals/{}",
        Noun.TICKET: "/v1/tickets/{}",
        Noun.DISPUTE: "/v1/disputes/{}",
    }
)
"""The path of each, with the place of its id."""


def link_to(thing: LookAt) -> str:
    """The path of one thing."""
    return PATHS[thing.noun].format(thing.id)
