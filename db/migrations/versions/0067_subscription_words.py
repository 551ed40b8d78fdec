"""Renewals that are found by the words of their subscription's title."""

from db.migrations.script import run_script

revision = "0067_subscription_words"
down_revision = "0066_settled_statements"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
