"""Support tickets: departments with their rules, cases, messages, notes, decisions."""

from db.migrations.script import run_script

revision = "0030_tickets"
down_revision = "0029_policy_change"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
