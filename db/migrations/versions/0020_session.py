"""Sessions of the pages, and the log-ins that lead to them."""

from db.migrations.script import run_script

revision = "0020_session"
down_revision = "0019_unheard_changes"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
