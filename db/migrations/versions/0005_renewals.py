"""Renewals and the money that comes in for them: tables, allowed moves, version 1 of the policy."""

from pathlib import Path

from alembic import op
from sqlalchemy import text

from db.migrations.script import run_script, store_moves

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_POLICY = Path(__file__).with_name("0005_renewal_policy.json")

MOVES = """
    watching         > awaiting_payment lapsed closed
    awaiting_payment > paid checking_payment watching lapsed closed
    checking_payment > paid lapsed closed
    paid             > renewed awaiting_payment lapsed
    lapsed           > awaiting_payment paid closed
    closed           > awaiting_payment paid
    renewed          >
"""
STAYS = "watching awaiting_payment checking_payment paid lapsed closed"
"""Statuses a history row may stay in: money came in part, a claim was made, a date moved."""


def upgrade() -> None:
    """Creates the tables and what holds their rules."""
    run_script(__file__, "0005_renewals.sql")
    run_script(__file__, "0005_money_in.sql")
    store_moves("renewal", MOVES, STAYS)
    op.get_bind().execute(
        text(
            "INSERT INTO policies (kind, version, document, valid_from, author) VALUES"
            " ('renewal', 1, CAST(:document AS jsonb), '2020-01-01T00:00:00Z', 'migration 0005')"
        ),
        {"document": _POLICY.read_text("utf-8")},
    )
