"""An unpaid order keeps what its wait is counted from; a letter that has not left stays true."""

from db.migrations.script import run_script

revision = "0060_debts_kept_true"
down_revision = "0059_dossiers"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
