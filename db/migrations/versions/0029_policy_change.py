"""A policy is changed by two people: one proposes, another confirms."""

from db.migrations.script import run_script

revision = "0029_policy_change"
down_revision = "0028_search"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
