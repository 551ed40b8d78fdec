"""What waits for a person at the desk is counted by an index of its own, however much is done."""

from db.migrations.script import run_script

revision = "0033_queues"
down_revision = "0032_surplus"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
