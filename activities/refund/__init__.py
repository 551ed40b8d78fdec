"""The steps of a refund."""

from activities.refund.judgement import PayoutImpossible
from activities.refund.steps import RefundActivities

__all__ = ["PayoutImpossible", "RefundActivities"]
