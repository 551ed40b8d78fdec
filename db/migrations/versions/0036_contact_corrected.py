"""Letters that were given up are replaced when their reader's address is corrected."""

from db.migrations.script import run_script

revision = "0036_contact_corrected"
down_revision = "0035_support"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
