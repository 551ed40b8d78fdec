"""Nobody is compensated twice for one fault; who the buyer was is kept; incidents are announced."""

from db.migrations.script import run_script

revision = "0060_disputes_once"
down_revision = "0059_dossiers"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
