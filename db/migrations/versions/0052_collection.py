"""Unpaid orders: the day an invoice is due, and the cases that have it paid; version 1 of their
policy.
"""

from db.migrations.script import run_script, store_policy

revision = "0052_collection"
down_revision = "0051_taken_back"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "collection")
