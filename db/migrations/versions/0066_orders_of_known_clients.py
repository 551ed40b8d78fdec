"""An invoice of nobody we know is refused as one: the kind of its buyer is read after that."""

from db.migrations.script import run_script

revision = "0066_orders_of_known_clients"
down_revision = "0065_goods_return_photos"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
