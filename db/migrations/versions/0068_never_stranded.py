"""Money that a chargeback, an outside procedure or a dead worker left standing has its way on."""

from db.migrations.script import run_script

revision = "0068_never_stranded"
down_revision = "0067_letters_that_may_not_leave"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
