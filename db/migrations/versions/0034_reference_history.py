"""Own accounts can be closed; accounts and mailboxes keep who wrote what; money is announced."""

from db.migrations.script import run_script

revision = "0034_reference_history"
down_revision = "0033_queues"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
