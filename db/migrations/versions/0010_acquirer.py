"""What the acquirer said: receipts, and decided differences with its list."""

from db.migrations.script import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__, "0010_acquirer.sql")
