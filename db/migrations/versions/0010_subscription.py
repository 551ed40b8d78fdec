"""Subscriptions, tariffs, prices, limits that are asked for, individual offers."""

from db.migrations.script import run_script

revision = "0010_subscription"
down_revision = "0009_allocation"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
