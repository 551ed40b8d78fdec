"""Differences with the acquirer's list, and what was decided about them."""

from db.migrations.script import run_script

revision = "0015_reconciliation"
down_revision = "0014_receipt"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
