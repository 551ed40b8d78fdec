"""The store of files: contents by their digest, in pieces, scanned; files of tickets."""

from db.migrations.script import run_script

revision = "0041_files"
down_revision = "0040_report"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
