"""Refunds: the first schema, its allowed moves and version 1 of the policy."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

from db.migrations.script import run_script, store_moves

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_HERE = Path(__file__).parent

REFUND_MOVES = """
    calculating         > awaiting_statement awaiting_specialist declined
    awaiting_specialist > awaiting_statement declined cancelled
    awaiting_statement  > under_review expired cancelled declined
    under_review        > awaiting_approval paying awaiting_statement cancelled declined
    awaiting_approval   > paying declined cancelled
    paying              > completed awaiting_statement
    completed           > awaiting_statement
    declined            >
    cancelled           >
    expired             >
"""
REFUND_STAYS = "awaiting_specialist under_review awaiting_approval paying completed"
"""Statuses a history row may stay in: a deadline moves, the payout takes another way."""

PAYOUT_MOVES = """
    prepared > sent unknown paid rejected
    sent     > unknown paid rejected
    unknown  > sent paid rejected
    paid     > returned
    rejected >
    returned >
"""


def upgrade() -> None:
    """Creates everything; there is no way back but a backup."""
    run_script(__file__, "0001_refund.sql")
    store_moves("refund", REFUND_MOVES, REFUND_STAYS)
    store_moves("payout", PAYOUT_MOVES)
    op.get_bind().execute(
        text(
            "INSERT INTO policies (kind, version, document, valid_from, author) VALUES"
            " ('refund', 1, CAST(:document AS jsonb), '2020-01-01T00:00:00Z', 'migration 0001')"
        ),
        {"document": (_HERE / "0001_refund_policy.json").read_text("utf-8")},
    )
