"""What pages are told to look at again when it has changed."""

from db.migrations.script import run_script

revision = "0021_live"
down_revision = "0020_session"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
