"""What people set in the cabinet: their address, language and sessions."""

from db.migrations.script import run_script

revision = "0022_cabinet"
down_revision = "0021_refund_contact"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
