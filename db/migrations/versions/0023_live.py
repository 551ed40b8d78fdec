"""What pages are told to look at again when it has changed."""

from db.migrations.script import run_script

revision = "0023_live"
down_revision = "0022_card_answer"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
