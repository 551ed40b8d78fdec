"""Invoices, cases and bank entries are found by numbers, sums and words; failed steps by case."""

from db.migrations.script import run_script

revision = "0028_search"
down_revision = "0027_session_token"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
