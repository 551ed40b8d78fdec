"""What came from Telegram and by mail is kept as it came for some days only."""

from db.migrations.script import run_script

revision = "0062_raw_messages"
down_revision = "0061_previews"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
