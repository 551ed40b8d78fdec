"""What the acquirer took back without us is booked, and never paid a second time."""

from db.migrations.script import run_script

revision = "0050_taken_back"
down_revision = "0049_disputes"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
