"""Nobody is compensated twice for one fault; who the buyer was is kept; incidents are announced."""

from db.migrations.script import run_script

revision = "0064_disputes_once"
down_revision = "0063_files_to_telegram"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
