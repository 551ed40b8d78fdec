"""Refused bank statements that an accountant has dealt with."""

from db.migrations.script import run_script

revision = "0067_settled_statements"
down_revision = "0066_orders_of_known_clients"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
