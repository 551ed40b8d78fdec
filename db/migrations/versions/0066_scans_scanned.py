"""Scans of statements stand in the store of files, where the scanner sees them."""

from db.migrations.script import run_script

revision = "0066_scans_scanned"
down_revision = "0065_goods_return_photos"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
