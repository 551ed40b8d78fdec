"""The double-entry ledger, written by triggers beside the rows it tells of."""

from db.migrations.script import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the ledger and enters what was there before it."""
    run_script(__file__, "0002_ledger.sql")
