"""Papers that clients upload alone stand in the store of files, where the scanner sees them."""

from db.migrations.script import run_script

revision = "0068_papers_scanned"
down_revision = "0067_letters_that_may_not_leave"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
