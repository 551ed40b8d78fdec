"""Our own bank accounts and the payment runs that leave by them."""

from db.migrations.script import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables and what holds their rules."""
    run_script(__file__, "0003_payment_runs.sql")
