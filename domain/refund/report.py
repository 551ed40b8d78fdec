"""What the report on refunds counts: each figure says which cases have which of its values."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

MAX_PERIOD = timedelta(days=3_660)
"""The longest period of a report: ten years."""
DEFAULT_PERIOD = timedelta(days=90)


class Figure(StrEnum):
    """What the cases that were opened in a period are counted by.

    The figures are those of product.md, «How the process itself is watched».
    """

    MONTH = "month"
    """The Moscow month in which it was opened, as `2026-11`."""
    STATUS = "status"
    KIND = "kind"
    CALCULATED = "calculated"
    """Who calculated the sum that counts: `automatic` or `specialist`."""
    TIME_IN_STATUS = "time_in_status"
    """A status that was left, with how long the case was in it; an open stay is not counted."""
    REMARK = "remark"
    """A requisite that a returned statement's remark is about; `other` for one about none."""
    REQUISITES = "requisites"
    """Why an accountant sent requisites back."""
    PAYOUT = "payout"
    """Why the bank or the acquirer rejected a payout, or its money came back; `by_hand` where an
    operator said so, in words of the case's own (`domain.payout.payout.is_by_hand`).
    """
    REPEATED = "repeated"
    """Requests of an invoice that had a refund before, by how manieth it is."""
    PROMISE = "promise"
    """Whether the money of a paid case is there within ten bank days: `kept` (the days have passed,
    nothing came back, the client did not ask), `under_way` (they have not passed), `asked` (the
    client reported that it had not come), `returned` (it came back to us).
    """
    SCORE = "score"
    """The score of the client's feedback."""
    TARIFF = "tariff"
    """The tariff of the term that the invoice is for; `none` without a recorded one."""


@dataclass(frozen=True)
class ReportPeriod:
    """Moscow days, both inclusive, and a tariff's code; "" for any, terms or none."""

    first_day: date
    last_day: date
    tariff: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether it ends before it begins, or is longer than `MAX_PERIOD`."""
        return not timedelta(0) <= self.last_day - self.first_day <= MAX_PERIOD
