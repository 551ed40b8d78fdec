"""Filters of the desk's lists that a person keeps under a name."""

from db.migrations.script import run_script

revision = "0043_saved_views"
down_revision = "0042_three_books"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
