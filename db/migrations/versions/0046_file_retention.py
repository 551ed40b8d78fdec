"""How long files are kept, version 1 of its policy."""

from db.migrations.script import run_script, store_policy

revision = "0046_file_retention"
down_revision = "0045_tickets_at_the_desk"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "file")
