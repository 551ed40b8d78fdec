"""A bank statement says when its entries have been matched, and pages hear of its import."""

from db.migrations.script import run_script

revision = "0034_matched_statement"
down_revision = "0033_queues"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
