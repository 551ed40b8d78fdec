"""The steps of a renewal."""

from activities.renewal.steps import RenewalActivities

__all__ = ["RenewalActivities"]
