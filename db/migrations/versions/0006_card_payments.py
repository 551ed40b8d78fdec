"""Payments by card on the acquirer's page: what was asked, where the page is, how it ended."""

from db.migrations.script import run_script, store_moves

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOVES = """
    prepared  > unknown pending paid cancelled
    unknown   > pending paid cancelled
    pending   > paid cancelled
    cancelled > paid
    paid      >
"""
STAYS = "pending"
"""Its page may come to be known later."""


def upgrade() -> None:
    """Creates the table and what holds its rules."""
    run_script(__file__, "0006_card_payments.sql")
    store_moves("card_payment", MOVES, STAYS)
