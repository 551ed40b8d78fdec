"""What people set in the cabinet: their address, language and sessions."""

from db.migrations.script import run_script

revision = "0023_cabinet"
down_revision = "0022_card_answer"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
