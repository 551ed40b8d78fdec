"""Disputes: cases, what people write and decide, evidence; version 1 of their policy."""

from db.migrations.script import run_script, store_policy

revision = "0049_disputes"
down_revision = "0048_ticket_words"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "dispute")
