"""A dispute looks at whatever it may wait for, and no look of it is lost."""

from db.migrations.script import run_script

revision = "0074_disputes_look"
down_revision = "0073_confirmed_senders"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
