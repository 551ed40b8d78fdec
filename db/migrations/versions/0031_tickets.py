"""Support tickets: departments with their rules, cases, messages, notes, decisions."""

from db.migrations.script import run_script

revision = "0031_tickets"
down_revision = "0030_requisites_reads"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
