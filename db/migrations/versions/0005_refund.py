"""Refunds: cases, history, submissions, allowed moves, version 1 of the policy."""

from db.migrations.script import run_script, store_policy

revision = "0005_refund"
down_revision = "0004_billing"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "refund")
