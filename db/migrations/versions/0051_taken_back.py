"""What the acquirer took back without us is booked, and never paid a second time."""

from db.migrations.script import run_script

revision = "0051_taken_back"
down_revision = "0050_departments_by_page"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
