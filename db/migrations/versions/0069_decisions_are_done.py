"""What a dispute decides is done: goods come back, something is put right."""

from db.migrations.script import run_script

revision = "0069_decisions_are_done"
down_revision = "0068_never_stranded"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
