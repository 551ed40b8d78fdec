"""The report's times in statuses are read from an index of the moves of cases."""

from db.migrations.script import run_script

revision = "0038_report"
down_revision = "0035_support"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
