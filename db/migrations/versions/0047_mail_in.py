"""Letters to support: stored as they came, then worked through."""

from db.migrations.script import run_script

revision = "0047_mail_in"
down_revision = "0046_file_retention"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
