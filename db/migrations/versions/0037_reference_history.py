"""Own accounts can be closed; accounts and mailboxes keep who wrote what; money is announced."""

from db.migrations.script import run_script

revision = "0037_reference_history"
down_revision = "0036_contact_corrected"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
