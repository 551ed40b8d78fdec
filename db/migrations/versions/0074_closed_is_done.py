"""A closed dispute owes nothing, and goods that come back need an approval as money does."""

from db.migrations.script import run_script

revision = "0074_closed_is_done"
down_revision = "0073_confirmed_senders"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
