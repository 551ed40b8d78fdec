"""Checks judge bank entries anew; clients read letters about debts once these have left."""

from db.migrations.script import run_script

revision = "0074_letters_that_left"
down_revision = "0073_confirmed_senders"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
