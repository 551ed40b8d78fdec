"""The double-entry ledger."""

from db.migrations.script import run_script

revision = "0003_ledger"
down_revision = "0002_calendar"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
