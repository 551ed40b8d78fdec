"""Terms that were bought, and when they end."""

from db.migrations.script import run_script

revision = "0011_term"
down_revision = "0010_subscription"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
