"""Renewals: cases, orders, our own invoices, allowed moves, version 1 of the policy."""

from db.migrations.script import run_script, store_policy

revision = "0012_renewal"
down_revision = "0011_term"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "renewal")
