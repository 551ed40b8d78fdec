"""What the acquirer's lists say is kept, beside the ledger and the bank's entries."""

from db.migrations.script import run_script

revision = "0042_three_books"
down_revision = "0041_files"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
