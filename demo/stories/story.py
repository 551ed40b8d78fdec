"""What a story is: how it is played, and what must have come of it."""

from collections.abc import Callable
from dataclasses import dataclass

from demo.case import Case
from demo.stage import Stage
from domain.access.roles import Role
from domain.payout.payout import Channel, PayoutStatus
from domain.refund.refund import RefundStatus


@dataclass(frozen=True)
class Attempt:
    """A payout attempt: by which way, and where it ended. Each of them is debited once."""

    channel: Channel
    status: PayoutStatus = PayoutStatus.PAID


BY_ACQUIRER = (Attempt(Channel.ACQUIRER),)


@dataclass(frozen=True)
class Ending:
    """What must be true of a story's case at the end.

    `path` is every change of its history; `letters` are templates by whom they are for, in any
    order, each as often as it is sent.
    """

    path: tuple[RefundStatus, ...]
    calculated_kopecks: int
    deducted_kopecks: int
    letters: tuple[tuple[Role, str], ...]
    attempts: tuple[Attempt, ...] = BY_ACQUIRER

    @property
    def promised_kopecks(self) -> int:
        """What goes back."""
        return self.calculated_kopecks - self.deducted_kopecks


@dataclass(frozen=True)
class Story:
    """A refund from the request to the end; `play` answers its case."""

    title: str
    about: str
    play: Callable[[Stage], Case]
    ending: Ending
