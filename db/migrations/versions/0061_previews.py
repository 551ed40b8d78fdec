"""Pictures have a preview, which is shown where the original is only given out as a download."""

from db.migrations.script import run_script

revision = "0061_previews"
down_revision = "0060_debts_kept_true"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
