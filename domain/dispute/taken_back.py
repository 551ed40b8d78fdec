"""Looks for money that the acquirer took back without us: of one payment, or all that is known."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TakenBackLook:
    """The payment by the acquirer's id; None: what the daily lists have found."""

    acquirer_payment_id: str | None = None


TAKEN_BACK = "taken_back"
"""The process that looks."""


def taken_back_workflow_id(acquirer_payment_id: str | None) -> str:
    """The id of the process: `taken-back-<payment>`, of the daily lists `taken-back`."""
    return "taken-back" if acquirer_payment_id is None else f"taken-back-{acquirer_payment_id}"
