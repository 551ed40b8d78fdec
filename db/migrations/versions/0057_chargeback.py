"""Until when a chargeback may be objected to."""

from db.migrations.script import run_script

revision = "0057_chargeback"
down_revision = "0056_goods_returns"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
