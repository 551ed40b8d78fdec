"""Letters that were given up are replaced when their reader's address is corrected."""

from db.migrations.script import run_script

revision = "0035_contact_corrected"
down_revision = "0034_matched_statement"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
