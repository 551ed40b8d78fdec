"""What a client paid a carrier itself for goods that come back for our fault is paid back."""

from db.migrations.script import run_script

revision = "0075_paid_carriage"
down_revision = "0074_disputes_look"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
