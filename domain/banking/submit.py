"""The messages of handing a payment run over to the bank."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class HandingOver:
    """Who handed which run over, and when (UTC)."""

    run_id: str
    by: str
    at: datetime


def payment_run_workflow_id(run_id: str) -> str:
    """The id of the process that hands a run over; a run is handed over once."""
    return f"payment-run-{run_id}"
