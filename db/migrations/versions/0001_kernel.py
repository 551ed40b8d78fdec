"""What every room stands on: kept rows, texts, commands taken once, versions of policies."""

from db.migrations.script import run_script

revision = "0001_kernel"
down_revision = None


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
