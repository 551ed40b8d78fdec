"""Open surpluses are found without looking through every invoice."""

from db.migrations.script import run_script

revision = "0032_surplus"
down_revision = "0031_tickets"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
