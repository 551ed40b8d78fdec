"""Letters and mailboxes."""

from db.migrations.script import run_script

revision = "0016_notification"
down_revision = "0015_reconciliation"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
