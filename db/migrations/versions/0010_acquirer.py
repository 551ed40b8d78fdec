"""What the acquirer said: receipts, and decided differences with its list."""

from db.migrations.script import run_script, store_moves

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

REFUND_MOVES = """
    payout_held > paying completed awaiting_specialist
"""
REFUND_MOVES_OF_KNOWN = """
    paying > payout_held
"""


def upgrade() -> None:
    """Runs the script beside this file; the new status has its moves."""
    store_moves("refund", REFUND_MOVES, "payout_held")
    store_moves("refund", REFUND_MOVES_OF_KNOWN, are_new=False)
    run_script(__file__, "0010_acquirer.sql")
