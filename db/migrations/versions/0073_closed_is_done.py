"""A closed dispute owes nothing, and goods that come back need an approval as money does."""

from db.migrations.script import run_script

revision = "0073_closed_is_done"
down_revision = "0072_decisions_are_done"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
