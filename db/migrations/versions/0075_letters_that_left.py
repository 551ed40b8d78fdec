"""Checks judge bank entries anew; clients read letters about debts once these have left."""

from db.migrations.script import run_script

revision = "0075_letters_that_left"
down_revision = "0074_disputes_look"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
