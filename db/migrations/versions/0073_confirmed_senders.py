"""Messages by letter say whether their sender is confirmed."""

from db.migrations.script import run_script

revision = "0073_confirmed_senders"
down_revision = "0072_decisions_are_done"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
