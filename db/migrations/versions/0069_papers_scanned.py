"""Papers that clients upload alone stand in the store of files, where the scanner sees them."""

from db.migrations.script import run_script

revision = "0069_papers_scanned"
down_revision = "0068_never_stranded"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
