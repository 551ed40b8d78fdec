"""Messages of the workflow that hands a payment run over to the bank."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Handover:
    """Which run was handed over, by whom and when (UTC)."""

    run_id: str
    by: str
    at: datetime


def payment_run_workflow_id(run_id: str) -> str:
    """The workflow id of handing a run over; it happens once for a run."""
    return f"payment-run-{run_id}"
