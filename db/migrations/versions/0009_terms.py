"""Ends of terms: what a refund shortens, and the chain's anchor day."""

from db.migrations.script import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__, "0009_terms.sql")
