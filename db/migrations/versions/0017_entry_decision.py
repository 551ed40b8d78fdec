"""Decisions about bank entries, put down before they are carried out."""

from db.migrations.script import run_script

revision = "0017_entry_decision"
down_revision = "0016_notification"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
