"""Limits of refunds over an invoice and over a client."""

from db.migrations.script import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__, "0008_refund_limits.sql")
