"""Law as dated rows and the key rate, by which interest and penalties are counted."""

from db.migrations.script import run_script

revision = "0036_compensation"
down_revision = "0035_support"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
