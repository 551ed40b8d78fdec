"""Departments as operators write them."""

from db.migrations.script import run_script

revision = "0050_departments_by_page"
down_revision = "0049_disputes"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
