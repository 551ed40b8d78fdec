"""Papers that clients upload alone stand in the store of files, where the scanner sees them."""

from db.migrations.script import run_script

revision = "0067_papers_scanned"
down_revision = "0066_orders_of_known_clients"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
