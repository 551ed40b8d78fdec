"""Checks judge bank entries anew; clients read letters about debts once these have left."""

from db.migrations.script import run_script

revision = "0073_letters_that_left"
down_revision = "0072_decisions_are_done"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
