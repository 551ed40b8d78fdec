"""Commands taken once, and reference data that can be taken back."""

from db.migrations.script import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__, "0013_commands.sql")
