"""Decisions about payment runs, put down before they are carried out."""

from db.migrations.script import run_script

revision = "0018_run_decision"
down_revision = "0017_entry_decision"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
