"""Refused bank statements that an accountant has dealt with."""

from db.migrations.script import run_script

revision = "0070_settled_statements"
down_revision = "0069_papers_scanned"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
