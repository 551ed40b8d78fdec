"""Tickets that are spam."""

from db.migrations.script import run_script

revision = "0053_ticket_spam"
down_revision = "0052_collection"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
