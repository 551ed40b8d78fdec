"""Allocations of money that came in to the invoices that it paid."""

from db.migrations.script import run_script

revision = "0009_allocation"
down_revision = "0008_bank_statement"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
