"""What the acquirer's lists say is kept, beside the ledger and the bank's entries."""

from db.migrations.script import run_script

revision = "0040_three_books"
down_revision = "0039_compensation"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
