"""Who deals with a rejected payout, by the acquirer's or bank's code.

The codes are those of YooKassa's API v3, «Refunds»: the codes of a 4xx, and the reasons of a
cancelled refund. An unknown code is never taken for the client's error: an accountant looks into
it.
"""

from enum import StrEnum

from domain.payout.payout import Channel, is_by_hand

GIVEN_BACK_THERE = "given_back_there"
"""The payout's payment was refunded in the acquirer's own cabinet, and nobody has decided about it.
"""
CHARGED_BACK = "charged_back"
"""The payer's bank took the payout's payment back, and nobody has decided about it."""
PAYMENT_UNKNOWN_THERE = "payment_unknown_there"
"""The acquirer does not know a payment that our books have as made through it."""
NOT_THIS_WAY = "not_supported"
"""The acquirer cannot refund such a payment: because of its method, or its age."""
UNEXPLAINED = "unexplained"
"""The reason where the acquirer gave none."""

_FOUND_BY_US = frozenset({GIVEN_BACK_THERE, CHARGED_BACK, PAYMENT_UNKNOWN_THERE})
_ABOUT_RECIPIENT = frozenset({"rejected_by_payee", "yoo_money_account_closed", "account_closed"})


class WhoseMatter(StrEnum):
    """Who deals with a rejected payout."""

    RECIPIENT = "recipient"
    """The client: these requisites, or this means of payment, cannot receive money."""
    ANOTHER_WAY = "another_way"
    """Nobody: the bank pays by the requisites that are signed already."""
    OURS = "ours"
    """An accountant: our balance at the acquirer, the payment itself, or an unknown code."""


def whose_matter(channel: Channel, reason: str | None) -> WhoseMatter:
    """Who deals with a rejection; what the bank refuses before the debit is the client's."""
    if reason in _FOUND_BY_US:
        return WhoseMatter.OURS
    if channel is Channel.BANK or reason in _ABOUT_RECIPIENT:
        return WhoseMatter.RECIPIENT
    if reason == NOT_THIS_WAY or (reason is not None and is_by_hand(reason)):
        return WhoseMatter.ANOTHER_WAY
    return WhoseMatter.OURS
