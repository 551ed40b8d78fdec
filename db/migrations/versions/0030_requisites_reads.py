"""Whoever sees a client's requisites whole leaves a row."""

from db.migrations.script import run_script

revision = "0030_requisites_reads"
down_revision = "0029_policy_change"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
