"""Refused bank statements that an accountant has dealt with."""

from db.migrations.script import run_script

revision = "0069_settled_statements"
down_revision = "0068_never_stranded"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
