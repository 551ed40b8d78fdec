"""Our own accounts, and the payment runs that leave by them."""

from db.migrations.script import run_script

revision = "0007_payment_run"
down_revision = "0006_payout"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
