"""The words of bank entries are noted once they are matched."""

from db.migrations.script import run_script

revision = "0051_entry_words"
down_revision = "0050_departments_by_page"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
