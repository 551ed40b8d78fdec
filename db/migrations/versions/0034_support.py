"""The role of support: the letters and the tickets of the support department are its own."""

from db.migrations.script import run_script

revision = "0034_support"
down_revision = "0033_queues"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
