"""What a dispute decides is done: goods come back, something is put right."""

from db.migrations.script import run_script

revision = "0072_decisions_are_done"
down_revision = "0071_lawyer"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
