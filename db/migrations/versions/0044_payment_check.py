"""Checks of an order's payment: what was asked, what was found, and how often."""

from db.migrations.script import run_script

revision = "0044_payment_check"
down_revision = "0043_saved_views"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
