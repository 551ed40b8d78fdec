"""Support tickets: departments with their rules, cases, messages, notes, decisions."""

from db.migrations.script import run_script

revision = "0029_tickets"
down_revision = "0028_search"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
