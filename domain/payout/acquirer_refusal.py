"""What a rejected payout means: whose matter it is, by the code that the outside gave.

The codes are those of YooKassa's API v3, «Refunds»: the codes of a 4xx, and the reasons of a
cancelled refund. Whatever is not known here is never the client's fault: a person looks.
"""

from enum import StrEnum

from domain.payout.payout import Channel, is_by_hand

GIVEN_BACK_THERE = "given_back_there"
"""Money of the same payment was given back in the acquirer's cabinet, and nobody has decided."""
PAYMENT_UNKNOWN_THERE = "payment_unknown_there"
"""The acquirer does not know a payment that we hold as its own."""
NOT_THIS_WAY = "not_supported"
"""The acquirer gives such a payment back to nobody: its method, or its age."""
UNEXPLAINED = "unexplained"
"""Stands where the acquirer gave no reason."""

_FOUND_BY_US = frozenset({GIVEN_BACK_THERE, PAYMENT_UNKNOWN_THERE})
_ABOUT_RECIPIENT = frozenset({"rejected_by_payee", "yoo_money_account_closed", "account_closed"})


class WhoseMatter(StrEnum):
    """Who goes on with a rejected payout."""

    RECIPIENT = "recipient"
    """The client: these requisites, or this means of payment, take no money."""
    ANOTHER_WAY = "another_way"
    """Nobody: the bank takes the money by the requisites that are signed already."""
    OURS = "ours"
    """An accountant: our balance there, the payment itself, or something nobody knows."""


def whose_matter(channel: Channel, reason: str | None) -> WhoseMatter:
    """Who goes on after a rejection; the bank refuses before the debit, by the recipient."""
    if reason in _FOUND_BY_US:
        return WhoseMatter.OURS
    if channel is Channel.BANK or reason in _ABOUT_RECIPIENT:
        return WhoseMatter.RECIPIENT
    if reason == NOT_THIS_WAY or (reason is not None and is_by_hand(reason)):
        return WhoseMatter.ANOTHER_WAY
    return WhoseMatter.OURS
