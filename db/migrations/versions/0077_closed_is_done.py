"""A closed dispute owes nothing, and goods that come back need an approval as money does."""

from db.migrations.script import run_script

revision = "0077_closed_is_done"
down_revision = "0076_letters_that_left"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
