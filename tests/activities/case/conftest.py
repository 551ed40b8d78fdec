"""Cases whose database is ahead of them."""

from tests.workflows.raced_cases import refunds, renewals

__all__ = ["refunds", "renewals"]
