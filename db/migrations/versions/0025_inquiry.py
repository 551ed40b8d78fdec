"""Inquiries about refunds whose money has not come, version 1 of their policy."""

from db.migrations.script import run_script, store_policy

revision = "0025_inquiry"
down_revision = "0024_live"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "inquiry")
