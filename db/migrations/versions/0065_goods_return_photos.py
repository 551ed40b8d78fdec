"""Photos of goods that come back, and what their pieces cost by the decision about them."""

from db.migrations.script import run_script

revision = "0065_goods_return_photos"
down_revision = "0064_disputes_once"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
