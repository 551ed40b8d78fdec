"""Where letters of one refund go, and which requisites a remark is about."""

from db.migrations.script import run_script

revision = "0021_refund_contact"
down_revision = "0020_session"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
