"""Unpaid orders: the day an invoice is due, and the cases that have it paid; version 1 of their
policy.
"""

from db.migrations.script import run_script, store_policy

revision = "0051_collection"
down_revision = "0050_departments_by_page"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "collection")
