"""Refused bank statements that an accountant has dealt with."""

from db.migrations.script import run_script

revision = "0068_settled_statements"
down_revision = "0067_letters_that_may_not_leave"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
