"""The trace of a payout: what a bank is shown to find its money by."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from domain.payout.payout import Channel, Way


class Contradiction(StrEnum):
    """What speaks against money that our books hold as paid."""

    NOT_LISTED = "not_listed"
    """The acquirer's list has no executed refund of it: it failed there, or never was."""
    RETURN_SUSPECTED = "return_suspected"
    """A credit that waits for a person looks like its return."""


@dataclass(frozen=True)
class PayoutTrace:
    """Where the money of a payout attempt can be found. The sum in kopecks, days of Moscow.

    Of the acquirer: `acquirer_refund` is its id of the refund, `rrn` the number under which the
    card's bank knows it, where there is one. Of the bank: `order_number` and `order_day` are of our
    payment order, `debited_on` and `returned_on` the days of the entries in bank statements;
    `suspect_on` the day of an undecided credit that may be its return. `is_listed` False: the
    acquirer's list has no executed refund of it.
    """

    attempt: int
    channel: Channel
    way: Way
    amount_kopecks: int
    paid_on: date | None
    acquirer_refund: str | None = None
    rrn: str | None = None
    order_number: int | None = None
    order_day: date | None = None
    bank_name: str | None = None
    debited_on: date | None = None
    returned_on: date | None = None
    suspect_on: date | None = None
    is_listed: bool = True

    @property
    def contradiction(self) -> Contradiction | None:
        """What contradicts the payment, if anything does."""
        if not self.is_listed:
            return Contradiction.NOT_LISTED
        return None if self.suspect_on is None else Contradiction.RETURN_SUSPECTED

    @property
    def is_contradicted(self) -> bool:
        """Whether anything contradicts the payment."""
        return self.contradiction is not None

    @property
    def content(self) -> Mapping[str, Any]:
        """What a letter keeps of it, as JSON values."""
        known = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in known.items()
        }

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "PayoutTrace":
        """The trace that a letter keeps."""
        days = {
            name: None if content[name] is None else date.fromisoformat(content[name])
            for name in ("paid_on", "order_day", "debited_on", "returned_on", "suspect_on")
        }
        codes = {"channel": Channel(content["channel"]), "way": Way(content["way"])}
        return cls(**{**content, **days, **codes})
