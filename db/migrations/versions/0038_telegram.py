"""A client writes to support in Telegram: accounts, updates as they came, drafts, what is sent."""

from db.migrations.script import run_script

revision = "0038_telegram"
down_revision = "0037_reference_history"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
