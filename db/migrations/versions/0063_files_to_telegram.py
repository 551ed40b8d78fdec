"""The files of our answers are sent to Telegram."""

from db.migrations.script import run_script

revision = "0063_files_to_telegram"
down_revision = "0062_raw_messages"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
