"""Tickets that are spam."""

from db.migrations.script import run_script

revision = "0051_ticket_spam"
down_revision = "0050_departments_by_page"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
