"""The words of bank entries are noted once they are matched."""

from db.migrations.script import run_script

revision = "0054_entry_words"
down_revision = "0053_ticket_spam"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
