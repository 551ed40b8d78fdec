"""When the acquirer last answered about a payment by card."""

from db.migrations.script import run_script

revision = "0022_card_answer"
down_revision = "0021_refund_contact"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
