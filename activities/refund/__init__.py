"""The steps of a refund."""

from activities.refund.steps import RefundActivities

__all__ = ["RefundActivities"]
