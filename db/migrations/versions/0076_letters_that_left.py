"""Checks judge bank entries anew; clients read letters about debts once these have left."""

from db.migrations.script import run_script

revision = "0076_letters_that_left"
down_revision = "0075_paid_carriage"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
