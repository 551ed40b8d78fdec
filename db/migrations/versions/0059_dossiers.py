"""Dossiers: those that were made, their files, and the keys that they were signed with."""

from db.migrations.script import run_script

revision = "0059_dossiers"
down_revision = "0058_postponed_entry"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
