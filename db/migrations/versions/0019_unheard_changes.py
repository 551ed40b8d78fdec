"""Changes of cases that nobody has seen their processes hear of."""

from db.migrations.script import run_script

revision = "0019_unheard_changes"
down_revision = "0018_run_decision"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
