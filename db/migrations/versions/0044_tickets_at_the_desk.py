"""Tickets merged, third parties, search, prepared answers, presence."""

from db.migrations.script import run_script

revision = "0044_tickets_at_the_desk"
down_revision = "0043_saved_views"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
