"""A letter about debts is judged again when it leaves; what was not sent says why."""

from db.migrations.script import run_script

revision = "0067_letters_that_may_not_leave"
down_revision = "0066_orders_of_known_clients"


def upgrade() -> None:
    """Runs the script beside this file."""
    run_script(__file__)
