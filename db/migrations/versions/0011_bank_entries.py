"""Bank entries: dates, repeats and what is passed over."""

from db.migrations.script import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__, "0011_bank_entries.sql")
