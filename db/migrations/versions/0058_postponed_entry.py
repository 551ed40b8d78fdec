"""A person may postpone the decision about a bank entry."""

from db.migrations.script import run_script

revision = "0058_postponed_entry"
down_revision = "0057_chargeback"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
