"""The requests for a higher limit of one subscription, the newest first."""

from db.migrations.script import run_script

revision = "0023_limit_requests"
down_revision = "0022_card_answer"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
