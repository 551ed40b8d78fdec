"""A lawyer sees to debts that are large or silent, and hands them back."""

from db.migrations.script import run_script

revision = "0071_lawyer"
down_revision = "0070_settled_statements"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
