"""Whoever sees a client's requisites whole leaves a row."""

from db.migrations.script import run_script

revision = "0029_requisites_reads"
down_revision = "0028_search"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
