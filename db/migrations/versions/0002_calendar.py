"""The bank calendar: its days, its years, and who said what of them."""

from db.migrations.script import run_script

revision = "0002_calendar"
down_revision = "0001_kernel"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
