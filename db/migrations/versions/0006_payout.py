"""Payouts: attempts, their history and allowed moves, what the acquirer refused."""

from db.migrations.script import run_script

revision = "0006_payout"
down_revision = "0005_refund"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
