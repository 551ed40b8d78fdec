"""What a dispute decides is done: goods come back, something is put right."""

from db.migrations.script import run_script

revision = "0071_decisions_are_done"
down_revision = "0070_settled_statements"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
