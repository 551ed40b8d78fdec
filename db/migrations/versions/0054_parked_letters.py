"""Parked letters, looked at by an operator."""

from db.migrations.script import run_script

revision = "0054_parked_letters"
down_revision = "0053_ticket_spam"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
