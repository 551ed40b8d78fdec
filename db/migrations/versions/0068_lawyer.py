"""A lawyer sees to debts that are large or silent, and hands them back."""

from db.migrations.script import run_script

revision = "0068_lawyer"
down_revision = "0067_letters_that_may_not_leave"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
