"""Clients, invoices, payments and the surplus of an invoice."""

from db.migrations.script import run_script

revision = "0004_billing"
down_revision = "0003_ledger"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
