"""Goods by the piece and their returns, exchanges in the ledger, version 1 of the policy."""

from db.migrations.script import run_script, store_policy

revision = "0056_goods_returns"
down_revision = "0055_parked_letters"


def upgrade() -> None:
    """Runs the script beside this file; stores the policy."""
    run_script(__file__)
    store_policy(__file__, "goods_return")
