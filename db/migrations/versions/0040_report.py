"""The report's times in statuses are read from an index of the moves of cases."""

from db.migrations.script import run_script

revision = "0040_report"
down_revision = "0039_compensation"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
