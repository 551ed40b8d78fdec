"""The role of support: the letters and the tickets of the support department are its own."""

from db.migrations.script import run_script

revision = "0035_support"
down_revision = "0034_matched_statement"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
