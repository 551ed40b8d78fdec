"""Law as dated rows and the key rate, by which interest and penalties are counted."""

from db.migrations.script import run_script

revision = "0039_compensation"
down_revision = "0038_telegram"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
