"""What a ticket has taken is found by its words, in the order of a list."""

from db.migrations.script import run_script

revision = "0048_ticket_words"
down_revision = "0047_mail_in"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
