"""What a client paid a carrier itself for goods that come back for our fault is paid back."""

from db.migrations.script import run_script

revision = "0074_paid_carriage"
down_revision = "0073_confirmed_senders"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
