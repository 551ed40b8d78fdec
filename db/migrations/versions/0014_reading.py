"""What lists filter and sort by, and what papers and letters say."""

from db.migrations.script import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__, "0014_reading.sql")
