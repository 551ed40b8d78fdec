"""Payments by card on the acquirer's page."""

from db.migrations.script import run_script

revision = "0013_card"
down_revision = "0012_renewal"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
