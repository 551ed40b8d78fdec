"""Fiscal receipts, and version 1 of the policy on who prints them."""

from db.migrations.script import run_script, store_policy

revision = "0014_receipt"
down_revision = "0013_card"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "receipt")
