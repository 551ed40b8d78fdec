"""What people set in the cabinet: their address, language and sessions."""

from db.migrations.script import run_script

revision = "0026_cabinet"
down_revision = "0025_inquiry"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
