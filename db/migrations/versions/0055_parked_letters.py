"""Parked letters, looked at by an operator."""

from db.migrations.script import run_script

revision = "0055_parked_letters"
down_revision = "0054_entry_words"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
