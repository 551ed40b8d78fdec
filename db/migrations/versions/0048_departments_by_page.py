"""Departments as operators write them."""

from db.migrations.script import run_script

revision = "0048_departments_by_page"
down_revision = "0047_mail_in"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
