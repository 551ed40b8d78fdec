"""Bank statements, whole as they came, and their entries."""

from db.migrations.script import run_script

revision = "0008_bank_statement"
down_revision = "0007_payment_run"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
