"""Money that a chargeback, an outside procedure or a dead worker left standing has its way on."""

from db.migrations.script import run_script

revision = "0067_never_stranded"
down_revision = "0066_orders_of_known_clients"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
