"""Bank statements, whole as they came, and their entries, each of which ends in somebody's
hands.
"""

from db.migrations.script import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables and what holds their rules."""
    run_script(__file__, "0004_bank_statements.sql")
