"""Tickets merged, third parties, search, prepared answers, presence."""

from db.migrations.script import run_script

revision = "0045_tickets_at_the_desk"
down_revision = "0044_payment_check"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
