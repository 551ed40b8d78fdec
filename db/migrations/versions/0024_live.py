"""What pages are told to look at again when it has changed."""

from db.migrations.script import run_script

revision = "0024_live"
down_revision = "0023_limit_requests"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
