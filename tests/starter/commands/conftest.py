"""Commands to real cases, and a sandbox acquirer of these tests."""

from tests.fixtures import acquirer, gateway
from tests.workflows.raced_cases import refunds, renewals

__all__ = ["acquirer", "gateway", "refunds", "renewals"]
